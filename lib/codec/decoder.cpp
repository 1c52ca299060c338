#include "codec/decoder.hpp"

#include <utility>

#include "codec/unpacking_source.hpp"

namespace occy::codec {
namespace {

class PlainSource final : public BlockSource {
 public:
  explicit PlainSource(BlockSource& stored) : stored_(stored) {}
  Block next() override { return stored_.next(); }

 private:
  BlockSource& stored_;
};

std::unique_ptr<Unpacker> make_unpacker(Compression compression, const Limits& limits) {
  if (compression == Compression::gzip) return make_gzip_unpacker();
  return make_zstd_unpacker(limits);
}

}  // namespace

std::unique_ptr<BlockSource> make_decoder(BlockSource& packed, Compression compression, const Limits& limits,
                                          std::string subject) {
  if (compression == Compression::none) return std::make_unique<PlainSource>(packed);
  return std::make_unique<UnpackingSource>(packed, make_unpacker(compression, limits), limits.expanded_layer_bytes,
                                           std::move(subject));
}

}  // namespace occy::codec
