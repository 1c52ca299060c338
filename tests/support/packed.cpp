#include "support/packed.hpp"

#include <zlib.h>
#include <zstd.h>

#include <stdexcept>

namespace occy::test {

std::string gzip(const std::string& bytes) {
  z_stream stream{};
  constexpr int kGzipWindow = MAX_WBITS + 16;
  if (deflateInit2(&stream, 1, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("deflateInit2");
  std::string packed(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  std::string input = bytes;  // zlib's interface is not const
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int status = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (status != Z_STREAM_END) throw std::runtime_error("deflate");
  return packed;
}

std::string zstd(const std::string& bytes) {
  std::string packed(ZSTD_compressBound(bytes.size()), '\0');
  const auto size = ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), 1);
  if (ZSTD_isError(size) != 0U) throw std::runtime_error("ZSTD_compress");
  packed.resize(size);
  return packed;
}

std::string pack(const std::string& bytes, Compression compression) {
  switch (compression) {
    case Compression::none:
      return bytes;
    case Compression::gzip:
      return gzip(bytes);
    case Compression::zstd:
      return zstd(bytes);
  }
  return {};
}

}  // namespace occy::test
