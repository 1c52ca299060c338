// io/packing_of.hpp: how a part of a file is packed.
#pragma once

#include <cstdint>

#include "io/file.hpp"
#include "occy/layer.hpp"

namespace occy::io {

/// By the first of `size` bytes from `offset`; the file may end before.
[[nodiscard]] Compression packing_of(const File& file, std::uint64_t offset, std::uint64_t size);

}  // namespace occy::io
