// gzip and zstd: broken streams end in an error, not in a crash, and never expand past the limit.
#include <cstdlib>

#include "codec/decoder.hpp"
#include "fuzz.hpp"
#include "model/packing.hpp"

namespace {

constexpr std::uint64_t kLimit = std::uint64_t{16} << 20U;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const occy::Block bytes = occy::fuzz::block(data, size);
  occy::fuzz::OneBlock packed(bytes);
  occy::Limits limits;
  limits.expanded_layer_bytes = kLimit;
  limits.zstd_window_bytes = kLimit;
  try {
    const auto decoder = occy::codec::make_decoder(packed, occy::detect_compression(bytes), limits, "fuzz");
    std::uint64_t total = 0;
    for (occy::Block block = decoder->next(); !block.empty(); block = decoder->next()) total += block.size();
    if (total > kLimit && occy::detect_compression(bytes) != occy::Compression::none) std::abort();
  } catch (const occy::Error&) {
  }
  return 0;
}
