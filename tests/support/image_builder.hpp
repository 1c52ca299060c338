// support/image_builder.hpp: images from code: no binary fixture to maintain, and a layer in one line.
//
// The archives are put together here byte by byte, not with the library's encoder: what one of the two gets wrong, the
// other does not repeat.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "occy/config.hpp"
#include "occy/layer.hpp"
#include "occy/reference.hpp"

namespace occy::test {

struct TarFile {
  std::string name;
  std::string content = {};
  char type = '0';
  std::string link = {};
};

/// One ustar header with a right checksum. Before: the name is shorter than 100 bytes.
[[nodiscard]] std::string ustar_header(const TarFile& file, std::uint64_t size);

/// A whole ustar archive.
[[nodiscard]] std::string make_tar(const std::vector<TarFile>& files);

/// The same bytes for the same seed, on every machine.
[[nodiscard]] std::string random_bytes(std::uint32_t seed, std::size_t size);

/// A layer with one file of `size` random bytes.
[[nodiscard]] std::string random_layer(std::uint32_t seed, std::size_t size);

/// An image in memory: uncompressed layers, lowest first, and the config that names them.
struct TestImage {
  std::vector<std::string> layers;
  ImageConfig config;
  std::vector<Reference> references;
};

[[nodiscard]] TestImage make_image(std::vector<std::string> layers,
                                   const std::vector<std::string>& names = {"occy/test:1"});

/// An image that has a bit of everything: small and larger layers, one that is listed twice, an empty one.
[[nodiscard]] TestImage make_usual_image();

}  // namespace occy::test
