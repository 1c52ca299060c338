// io/digest_of.hpp: the digest of bytes that are only read to be proved.
#pragma once

#include <stop_token>

#include "io/file.hpp"
#include "occy/layer.hpp"

namespace occy::io {

/// Reads to the end. Throws what the source throws; Errc::cancelled after a stop request.
[[nodiscard]] Digest digest_of(BlockSource& source, const std::stop_token& stop);

/// The same of a whole file.
[[nodiscard]] Digest digest_of(const File& file, const std::stop_token& stop);

}  // namespace occy::io
