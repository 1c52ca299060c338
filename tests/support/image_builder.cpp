#include "support/image_builder.hpp"

#include <cstdio>
#include <cstring>
#include <random>
#include <stdexcept>

#include "tar/header.hpp"

namespace occy::test {

namespace {

std::string octal_text(std::uint64_t value, int digits) {
  std::string text(static_cast<std::size_t>(digits) + 1, '\0');
  std::snprintf(text.data(), text.size(), "%0*llo", digits, static_cast<unsigned long long>(value));
  return text;
}

void put(std::string& header, std::size_t offset, std::string_view text) { header.replace(offset, text.size(), text); }

}  // namespace

std::string ustar_header(const TarFile& file, std::uint64_t size) {
  if (file.name.size() >= 100) throw std::invalid_argument("ustar_header: long name");
  std::string header(tar::kBlock, '\0');
  put(header, 0, file.name);
  put(header, 100, octal_text(0644, 7));
  put(header, 108, octal_text(0, 7));
  put(header, 116, octal_text(0, 7));
  put(header, 124, octal_text(size, 11));
  put(header, 136, octal_text(0, 11));
  put(header, 148, "        ");
  header[156] = file.type;
  put(header, 157, file.link);
  put(header, 257, std::string_view("ustar\00000", 8));
  put(header, 329, octal_text(0, 7));
  put(header, 337, octal_text(0, 7));
  unsigned sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  put(header, 148, octal_text(sum, 6));
  header[155] = ' ';
  return header;
}

std::string make_tar(const std::vector<TarFile>& files) {
  std::string archive;
  for (const auto& file : files) {
    archive += ustar_header(file, file.content.size()) + file.content;
    archive.resize((archive.size() + tar::kBlock - 1) / tar::kBlock * tar::kBlock);
  }
  return archive + std::string(2 * tar::kBlock, '\0');
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

TestImage make_image(std::vector<std::string> layers, const std::vector<std::string>& names) {
  ConfigRecipe recipe{.platform = {.os = "linux", .architecture = "amd64"}, .diff_ids = {}};
  for (const auto& layer : layers) recipe.diff_ids.push_back(sha256(layer));
  std::vector<Reference> references;
  for (const auto& name : names) references.push_back(Reference::parse(name).value());
  return {.layers = std::move(layers), .config = ImageConfig::make(recipe), .references = std::move(references)};
}

TestImage make_usual_image() {
  const auto repeated = random_layer(2, 1000);
  const auto whole_block = random_layer(4, 300'000 / tar::kBlock * tar::kBlock);
  return make_image({make_tar({{.name = "etc/", .type = '5'}, {.name = "etc/hostname", .content = "occy\n"}}),
                     random_layer(1, 300'001), repeated, whole_block, repeated, std::string(2 * tar::kBlock, '\0'),
                     make_tar({{.name = "etc/.wh.hostname"}})});
}

}  // namespace occy::test
