#include "support/image_builder.hpp"

#include <zlib.h>
#include <zstd.h>

#include <cstdio>
#include <cstring>
#include <random>
#include <stdexcept>

namespace occy::test {

namespace {

constexpr std::size_t kTarBlock = 512;

std::string octal(std::uint64_t value, int digits) {
  std::string text(static_cast<std::size_t>(digits) + 1, '\0');
  std::snprintf(text.data(), text.size(), "%0*llo", digits, static_cast<unsigned long long>(value));
  return text;
}

void put(std::string& header, std::size_t offset, std::string_view text) { header.replace(offset, text.size(), text); }

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  constexpr int kGzipWindow = 15 + 16;
  if (deflateInit2(&stream, 1, Z_DEFLATED, kGzipWindow, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("deflateInit2");
  std::string packed(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  std::string input(bytes);  // zlib's interface is not const
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

std::string zstd(std::string_view bytes) {
  std::string packed(ZSTD_compressBound(bytes.size()), '\0');
  const auto size = ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), 1);
  if (ZSTD_isError(size) != 0U) throw std::runtime_error("ZSTD_compress");
  packed.resize(size);
  return packed;
}

}  // namespace

std::string ustar_header(const TarFile& file, std::uint64_t size) {
  if (file.name.size() >= 100) throw std::invalid_argument("ustar_header: long name");
  std::string header(kTarBlock, '\0');
  put(header, 0, file.name);
  put(header, 100, octal(0644, 7));
  put(header, 108, octal(0, 7));
  put(header, 116, octal(0, 7));
  put(header, 124, octal(size, 11));
  put(header, 136, octal(0, 11));
  put(header, 148, "        ");
  header[156] = file.type;
  put(header, 157, file.link);
  put(header, 257, std::string_view("ustar\00000", 8));
  put(header, 329, octal(0, 7));
  put(header, 337, octal(0, 7));
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  put(header, 148, octal(sum, 6));
  header[155] = ' ';
  return header;
}

std::string make_tar(const std::vector<TarFile>& files) {
  std::string archive;
  for (const auto& file : files) {
    archive += ustar_header(file, file.content.size()) + file.content;
    archive.resize((archive.size() + kTarBlock - 1) / kTarBlock * kTarBlock);
  }
  return archive + std::string(2 * kTarBlock, '\0');
}

std::string random_bytes(std::uint32_t seed, std::size_t size) {
  std::mt19937 generator(seed);
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; i += 4) {
    const auto word = static_cast<std::uint32_t>(generator());
    for (std::size_t j = 0; j < 4 && i + j < size; ++j) bytes[i + j] = static_cast<char>((word >> (8 * j)) & 0xFFU);
  }
  return bytes;
}

std::string random_layer(std::uint32_t seed, std::size_t size) {
  return make_tar({{.name = "file-" + std::to_string(seed), .content = random_bytes(seed, size)}});
}

std::string pack(std::string_view bytes, Compression compression) {
  switch (compression) {
    case Compression::none:
      return std::string(bytes);
    case Compression::gzip:
      return gzip(bytes);
    case Compression::zstd:
      return zstd(bytes);
  }
  return {};
}

TestImage make_image(std::vector<std::string> layers, const std::vector<std::string>& names) {
  ConfigRecipe recipe{.platform = {.os = "linux", .architecture = "amd64"}, .diff_ids = {}};
  for (const auto& layer : layers) recipe.diff_ids.push_back(sha256(layer));
  std::vector<Reference> references;
  for (const auto& name : names) references.push_back(Reference::parse(name).value());
  return {.layers = std::move(layers), .config = ImageConfig::make(recipe), .references = std::move(references)};
}

TestImage make_usual_image() {
  const auto repeated = random_layer(2, 1000);
  const auto whole_block = random_layer(4, 300'000 / kTarBlock * kTarBlock);
  return make_image({make_tar({{.name = "etc/", .type = '5'}, {.name = "etc/hostname", .content = "occy\n"}}),
                     random_layer(1, 300'001), repeated, whole_block, repeated, std::string(2 * kTarBlock, '\0'),
                     make_tar({{.name = "etc/.wh.hostname"}})});
}

}  // namespace occy::test
