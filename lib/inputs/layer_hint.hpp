// inputs/layer_hint.hpp: LayerReader::size_hint() of layers in files.
#pragma once

#include <cstdint>
#include <optional>

#include "io/file.hpp"
#include "occy/layer.hpp"

namespace occy {

/// From the last bytes of what lies in `size` bytes of the file from `offset`.
[[nodiscard]] std::optional<std::uint64_t> size_hint_in(const io::File& file, std::uint64_t offset, std::uint64_t size,
                                                        Compression compression);

}  // namespace occy
