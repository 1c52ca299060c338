// Tar archives made byte by byte, also wrong ones: what an encoder would refuse to write.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "occy/digest.hpp"
#include "occy/limits.hpp"
#include "occy/result.hpp"
#include "tar/entry.hpp"

namespace occy::test {

enum class Magic { ustar, gnu, v7 };

/// A header block with a right checksum.
struct RawHeader {
  std::string name = "file";
  char type = '0';
  std::uint64_t size = 0;
  std::string link = {};
  Magic magic = Magic::ustar;

  [[nodiscard]] tar::HeaderBlock block() const;
};

/// Writes `text` over a field and makes the checksum right again.
[[nodiscard]] tar::HeaderBlock with_field(tar::HeaderBlock block, tar::Field field, std::string_view text);

/// "LENGTH KEYWORD=VALUE\n".
[[nodiscard]] std::string pax_record(std::string_view keyword, std::string_view value);

class RawTar {
 public:
  RawTar& header(const RawHeader& header) { return block(header.block()); }
  RawTar& block(const tar::HeaderBlock& block);

  /// Data and its padding.
  RawTar& data(std::string_view text);

  /// A header of the right size and its data.
  RawTar& file(std::string name, std::string_view content);

  /// An extension header: x, g, L or K.
  RawTar& extension(char type, std::string_view text);

  /// The two zero blocks.
  RawTar& end();

  [[nodiscard]] Block bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::vector<std::byte>& mutable_bytes() noexcept { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

/// What a walker makes of an archive in memory.
struct Walked {
  std::vector<tar::Entry> entries = {};
  std::optional<ParseError> error = {};
};

[[nodiscard]] Walked walk(Block archive, const Limits& limits = {});

/// `part` when `text` has it, else the whole text: a comparison that shows what was there instead.
[[nodiscard]] std::string excerpt(std::string_view text, std::string_view part);

[[nodiscard]] inline Block bytes_of(std::string_view text) noexcept { return std::as_bytes(std::span(text)); }

}  // namespace occy::test
