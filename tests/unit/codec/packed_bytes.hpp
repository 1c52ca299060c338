// Bytes to unpack, and the ways to unpack them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "codec/unpacker.hpp"
#include "occy/layer.hpp"
#include "support/memory_source.hpp"

namespace occy::test {

/// Lends a text in pieces of one size.
class PieceSource final : public BlockSource {
 public:
  PieceSource(std::string text, std::size_t piece) : text_(std::move(text)), piece_(piece) {}
  Block next() override;

 private:
  std::string text_;
  std::size_t piece_;
  std::size_t position_ = 0;
};

/// Bytes that compress a little, the same every time.
[[nodiscard]] std::string sample(std::size_t size);

/// One gzip member, as zlib writes it.
[[nodiscard]] std::string gzip(std::string_view text);

/// One zstd frame with its checksum.
[[nodiscard]] std::string zstd(std::string_view text);

/// One zstd frame that wants a window of 2^window_log bytes.
[[nodiscard]] std::string zstd_with_window(std::string_view text, int window_log);

/// What the unpacker makes of the text, handed over in pieces.
[[nodiscard]] std::string unpack(std::unique_ptr<codec::Unpacker> unpacker, const std::string& packed,
                                 std::size_t piece = 65'536, std::uint64_t limit = std::uint64_t{1} << 40U);

}  // namespace occy::test
