// codec/decoder.hpp: unpacks gzip and zstd streams, in bounded memory.
#pragma once

#include <memory>

#include "occy/error.hpp"
#include "occy/layer.hpp"
#include "occy/limits.hpp"

namespace occy::codec {

/// Unpacks `packed`, which is borrowed.
///
/// Accepted: gzip with any number of members (their CRC and size are checked), zstd with any number of frames
/// (checksums are checked). Errors: Errc::bad_archive when the stream is broken, cut, or followed by bytes that are not
/// part of it; Errc::limit when it expands past Limits::expanded_layer_bytes or wants a larger window than
/// Limits::zstd_window_bytes. `subject` names the layer in messages. With Compression::none it lends the blocks of
/// `packed` on, unlimited: what is stored plain is bounded by its file.
[[nodiscard]] std::unique_ptr<BlockSource> make_decoder(BlockSource& packed, Compression compression,
                                                        const Limits& limits, std::string subject);

}  // namespace occy::codec
