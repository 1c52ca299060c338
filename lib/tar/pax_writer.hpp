// tar/pax_writer.hpp: PAX records and the extension header before them, as bytes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tar/entry.hpp"
#include "tar/extensions.hpp"

namespace occy::tar {

/// Appends "LENGTH KEYWORD=VALUE\n".
void append_pax_record(std::string& text, std::string_view keyword, std::string_view value);

/// "1700000000.25", the form that parse_pax_time() reads.
[[nodiscard]] std::string pax_time_text(Time time);

/// The header block before `text_size` bytes of records for the entry at `path`. Its own name is for readers that do
/// not know PAX and unpack it as a file.
[[nodiscard]] HeaderBlock pax_header_block(std::string_view path, std::size_t text_size);

/// The blocks of a global header that says what `defaults` do; none when they say nothing.
[[nodiscard]] std::vector<std::byte> encode_global_header(const PaxDefaults& defaults);

}  // namespace occy::tar
