#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <bit>
#include <new>

#include "codec/unpacker.hpp"

namespace occy::codec {
namespace {

struct ContextDeleter {
  void operator()(ZSTD_DCtx* context) const noexcept { ZSTD_freeDCtx(context); }
};

/// The largest power of two that the cap allows, as an exponent that zstd takes.
int window_log(std::uint64_t cap) {
  const ZSTD_bounds bounds = ZSTD_dParam_getBounds(ZSTD_d_windowLogMax);
  return std::clamp(static_cast<int>(std::bit_width(cap)) - 1, bounds.lowerBound, bounds.upperBound);
}

class ZstdUnpacker final : public Unpacker {
 public:
  explicit ZstdUnpacker(const Limits& limits) : context_(ZSTD_createDCtx()), window_cap_(limits.zstd_window_bytes) {
    if (context_ == nullptr) throw std::bad_alloc();
    ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, window_log(window_cap_));
  }

  Step step(Block packed, std::span<std::byte> out) override {
    if (frame_ended_ && packed.empty()) return {};
    ZSTD_inBuffer input{packed.data(), packed.size(), 0};
    ZSTD_outBuffer output{out.data(), out.size(), 0};
    const std::size_t answer = ZSTD_decompressStream(context_.get(), &output, &input);
    if (ZSTD_isError(answer) != 0U) throw_broken(answer);
    if (input.pos != 0 || output.pos != 0) frame_ended_ = answer == 0;
    any_frame_ended_ = any_frame_ended_ || frame_ended_;
    return {input.pos, output.pos};
  }

  [[nodiscard]] bool may_end() const noexcept override { return frame_ended_; }
  [[nodiscard]] const char* format() const noexcept override { return "zstd"; }

 private:
  [[noreturn]] void throw_broken(std::size_t answer) const {
    switch (ZSTD_getErrorCode(answer)) {
      case ZSTD_error_frameParameter_windowTooLarge:
        throw BrokenStream{Errc::limit, "the zstd frame wants too large a window",
                           "at most " + std::to_string(window_cap_) + " bytes", "more"};
      case ZSTD_error_memory_allocation:
        throw std::bad_alloc();
      case ZSTD_error_checksum_wrong:
        throw BrokenStream{.what = "the zstd stream's checksum does not match"};
      case ZSTD_error_prefix_unknown:
        throw BrokenStream{.what = any_frame_ended_ ? "bytes follow the end of the zstd stream" : "not a zstd frame"};
      default:
        throw BrokenStream{.what = "the zstd stream is broken", .found = ZSTD_getErrorName(answer)};
    }
  }

  std::unique_ptr<ZSTD_DCtx, ContextDeleter> context_;
  std::uint64_t window_cap_;
  bool frame_ended_ = false;
  bool any_frame_ended_ = false;
};

}  // namespace

std::unique_ptr<Unpacker> make_zstd_unpacker(const Limits& limits) { return std::make_unique<ZstdUnpacker>(limits); }

}  // namespace occy::codec
