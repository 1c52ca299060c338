#include "packed_bytes.hpp"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <random>
#include <stdexcept>

#include "codec/unpacking_source.hpp"

namespace occy::test {

Block PieceSource::next() {
  const std::string_view piece = std::string_view(text_).substr(position_, piece_);
  position_ += piece.size();
  return std::as_bytes(std::span(piece));
}

std::string sample(std::size_t size) {
  std::mt19937 random(1);  // NOLINT: the same bytes every time
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>('a' + random() % 20U);
  return text;
}

std::string gzip(std::string_view text) {
  constexpr int kGzipWrapper = 16;
  z_stream stream{};
  if (deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + kGzipWrapper, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
  std::string packed(deflateBound(&stream, text.size()), '\0');
  std::string copy(text);
  stream.next_in = reinterpret_cast<Bytef*>(copy.data());
  stream.avail_in = static_cast<uInt>(copy.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int answer = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (answer != Z_STREAM_END) throw std::runtime_error("deflate did not finish");
  return packed;
}

namespace {

std::string zstd_frame(std::string_view text, ZSTD_CCtx* context) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  ZSTD_inBuffer input{text.data(), text.size(), 0};
  ZSTD_outBuffer output{packed.data(), packed.size(), 0};
  // The header goes out before the end is known: so it states the window, not the size.
  std::size_t left = ZSTD_compressStream2(context, &output, &input, ZSTD_e_flush);
  if (ZSTD_isError(left) == 0U) left = ZSTD_compressStream2(context, &output, &input, ZSTD_e_end);
  if (left != 0) throw std::runtime_error("zstd did not finish");
  packed.resize(output.pos);
  return packed;
}

std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> make_context() {
  std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(), ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  return context;
}

}  // namespace

std::string zstd(std::string_view text) { return zstd_frame(text, make_context().get()); }

std::string zstd_with_window(std::string_view text, int window_log) {
  const auto context = make_context();
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_windowLog, window_log);
  return zstd_frame(text, context.get());
}

std::string unpack(std::unique_ptr<codec::Unpacker> unpacker, const std::string& packed, std::size_t piece,
                   std::uint64_t limit) {
  PieceSource source(packed, piece);
  codec::UnpackingSource unpacking(source, std::move(unpacker), limit, "layer");
  return drain(unpacking);
}

}  // namespace occy::test
