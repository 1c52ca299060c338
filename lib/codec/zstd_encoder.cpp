#include "codec/zstd_encoder.hpp"

#include <zstd.h>

#include <new>
#include <stdexcept>
#include <string>
#include <utility>

namespace occy::codec {
namespace {

constexpr int kZstdLevel = 3;

std::size_t require_zstd(std::size_t answer) {
  if (ZSTD_isError(answer) != 0U) throw std::runtime_error(std::string("zstd: ") + ZSTD_getErrorName(answer));
  return answer;
}

}  // namespace

void ZstdEncoder::Free::operator()(ZSTD_CCtx_s* context) const noexcept { ZSTD_freeCCtx(context); }

ZstdEncoder::ZstdEncoder(TakePacked take)
    : context_(ZSTD_createCCtx()), take_(std::move(take)), out_(ZSTD_CStreamOutSize()) {
  if (context_ == nullptr) throw std::bad_alloc();
  require_zstd(ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, kZstdLevel));
  require_zstd(ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1));
}

void ZstdEncoder::write(Block plain) {
  ZSTD_inBuffer input{plain.data(), plain.size(), 0};
  while (input.pos < input.size) {
    ZSTD_outBuffer output{out_.data(), out_.size(), 0};
    require_zstd(ZSTD_compressStream2(context_.get(), &output, &input, ZSTD_e_continue));
    if (output.pos != 0) take_(Block(out_).first(output.pos));
  }
}

void ZstdEncoder::finish() {
  ZSTD_inBuffer nothing{nullptr, 0, 0};
  std::size_t left = 0;
  do {
    ZSTD_outBuffer output{out_.data(), out_.size(), 0};
    left = require_zstd(ZSTD_compressStream2(context_.get(), &output, &nothing, ZSTD_e_end));
    if (output.pos != 0) take_(Block(out_).first(output.pos));
  } while (left != 0);
}

}  // namespace occy::codec
