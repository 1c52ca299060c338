#include "inputs/layer_hint.hpp"

#include <array>
#include <span>

#include "codec/size_hint.hpp"

namespace occy {

std::optional<std::uint64_t> size_hint_in(const io::File& file, std::uint64_t offset, std::uint64_t size,
                                          Compression compression) {
  if (!codec::has_size_hint(compression, size)) return std::nullopt;
  std::array<std::byte, codec::kSizeHintBytes> last{};
  file.read_exactly_at(last, offset + size - last.size());
  return codec::size_hint(last, size);
}

}  // namespace occy
