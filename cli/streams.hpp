// cli/streams.hpp: the three standard descriptors.
#pragma once

#include <cstddef>
#include <string_view>

namespace occy::cli {

/// A descriptor of 0, 1, 2 that is closed would be given to the next file that is opened, and a message to stderr would
/// land in an archive. So the gaps are filled with something that refuses to be used.
void fill_closed_descriptors();

/// Writes data to standard output. Throws Error (side: output) when it cannot be written whole; when the reader of a
/// pipe has gone, the process ends quietly, by SIGPIPE.
void write_data(std::string_view text);

/// Writes messages to standard error; what cannot be written is lost.
void say(std::string_view text) noexcept;

/// How many characters a line of the terminal behind standard error holds; 80 when it does not say.
[[nodiscard]] std::size_t message_columns() noexcept;

/// Whether standard error is a terminal that understands cursor movements.
[[nodiscard]] bool messages_are_on_a_terminal();

}  // namespace occy::cli
