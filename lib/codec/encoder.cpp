#include "codec/encoder.hpp"

#include <utility>

#include "codec/gzip_encoder.hpp"
#include "codec/zstd_encoder.hpp"

namespace occy::codec {
namespace {

class PlainEncoder final : public Encoder {
 public:
  explicit PlainEncoder(TakePacked take) : take_(std::move(take)) {}
  void write(Block plain) override { take_(plain); }
  void finish() override {}

 private:
  TakePacked take_;
};

}  // namespace

std::unique_ptr<Encoder> make_encoder(Compression compression, PackingThreads& threads, TakePacked take) {
  switch (compression) {
    case Compression::none:
      return std::make_unique<PlainEncoder>(std::move(take));
    case Compression::gzip:
      return std::make_unique<GzipEncoder>(threads, std::move(take));
    case Compression::zstd:
      return std::make_unique<ZstdEncoder>(std::move(take));
  }
  return nullptr;
}

}  // namespace occy::codec
