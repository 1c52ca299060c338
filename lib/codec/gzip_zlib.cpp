// gzip through zlib, where ISA-L is not there.
#include <zlib.h>

#include <algorithm>
#include <new>
#include <string_view>

#include "codec/gzip_member.hpp"
#include "codec/unpacker.hpp"

namespace occy::codec {
namespace {

constexpr int kGzipOnly = 16;  // added to the window bits

uInt clamped(std::size_t size) { return static_cast<uInt>(std::min<std::size_t>(size, std::size_t{1} << 30U)); }

class ZlibUnpacker final : public Unpacker {
 public:
  ZlibUnpacker() {
    if (inflateInit2(&stream_, MAX_WBITS + kGzipOnly) != Z_OK) throw std::bad_alloc();
  }
  ZlibUnpacker(const ZlibUnpacker&) = delete;
  ZlibUnpacker& operator=(const ZlibUnpacker&) = delete;
  ~ZlibUnpacker() override { inflateEnd(&stream_); }

  Step step(Block packed, std::span<std::byte> out) override {
    if (members_.between()) {
      if (packed.empty()) return {};
      members_.begin_next(packed.front());
      inflateReset(&stream_);
    }
    return inflate_some(packed, out);
  }

  [[nodiscard]] bool may_end() const noexcept override { return members_.between(); }
  [[nodiscard]] const char* format() const noexcept override { return "gzip"; }

 private:
  Step inflate_some(Block packed, std::span<std::byte> out) {
    // The interface has no const; the input is only read.
    stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(packed.data()));  // NOLINT
    stream_.avail_in = clamped(packed.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = clamped(out.size());
    require_good(inflate(&stream_, Z_NO_FLUSH));
    return {clamped(packed.size()) - stream_.avail_in, clamped(out.size()) - stream_.avail_out};
  }

  void require_good(int answer) {
    if (answer == Z_OK || answer == Z_BUF_ERROR) return;
    if (answer == Z_STREAM_END) return members_.end();
    if (answer == Z_MEM_ERROR) throw std::bad_alloc();
    const std::string_view reason = stream_.msg == nullptr ? "" : stream_.msg;
    if (reason == "incorrect header check" || reason == "unknown compression method") members_.throw_bad_header();
    if (reason == "incorrect data check" || reason == "incorrect length check")
      throw BrokenStream{.what = "the gzip stream's CRC or size does not match"};
    throw BrokenStream{.what = "the gzip stream is broken"};
  }

  z_stream stream_{};
  GzipMembers members_;
};

}  // namespace

std::unique_ptr<Unpacker> make_zlib_unpacker() { return std::make_unique<ZlibUnpacker>(); }

}  // namespace occy::codec
