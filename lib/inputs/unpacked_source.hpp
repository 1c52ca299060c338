// inputs/unpacked_source.hpp: a stream that may be gzip or zstd as a whole, as `docker save | gzip` makes it.
#pragma once

#include <memory>
#include <string>

#include "occy/layer.hpp"
#include "occy/limits.hpp"

namespace occy {

/// Reads the first bytes, and unpacks if they say so. Errors: as codec::make_decoder().
[[nodiscard]] std::unique_ptr<BlockSource> unpacked(std::unique_ptr<BlockSource> bytes, const std::string& name,
                                                    const Limits& limits);

}  // namespace occy
