// cli/input_text.hpp: small texts from files and standard input.
#pragma once

#include <cstddef>
#include <string>

namespace occy::cli {

/// All of a file, "-" being standard input. Throws Error (side: usage): Errc::io when it cannot be read, Errc::limit
/// when it has more than `most` bytes.
[[nodiscard]] std::string read_text(const std::string& file, std::size_t most);

}  // namespace occy::cli
