// io/descriptor.hpp: rules for descriptors before something owns them.
#pragma once

namespace occy::io {

/// The same open file under a number that is not 0, 1 or 2; -1 (with errno) when there is none.
///
/// A process may be started with its standard streams closed. Then open() and socket() give out their numbers, and
/// what somebody prints would go into our file. Takes over `descriptor`.
[[nodiscard]] int above_standard_streams(int descriptor) noexcept;

}  // namespace occy::io
