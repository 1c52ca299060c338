// cli/entry_words.hpp: what reports call the attributes of files.
#pragma once

#include <string>

#include "occy/diff.hpp"

namespace occy::cli {

/// "file", "directory", "symbolic-link", …
[[nodiscard]] std::string word_of(EntryType type);

/// "0644"
[[nodiscard]] std::string mode_text(std::uint32_t mode);

/// Seconds since 1970, with nine decimal places: "1700000000.000000000".
[[nodiscard]] std::string mtime_text(const Time& time);

/// "1:3"
[[nodiscard]] std::string device_text(const FileState& file);

}  // namespace occy::cli
