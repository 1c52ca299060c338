#include "io/packing_of.hpp"

#include <algorithm>
#include <array>

#include "model/packing.hpp"

namespace occy::io {

Compression packing_of(const File& file, std::uint64_t offset, std::uint64_t size) {
  std::array<std::byte, kMagicSize> magic{};
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(size, magic.size()));
  return detect_compression(std::span(magic).first(file.read_at(std::span(magic).first(wanted), offset)));
}

}  // namespace occy::io
