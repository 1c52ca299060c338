#include "tar/header_text.hpp"

#include <algorithm>
#include <optional>
#include <span>

namespace occy::tar {
namespace {

// Where to cut `path` so that both parts fit; the name must not be empty.
std::optional<std::size_t> prefix_cut(std::string_view path, std::size_t prefix_size) noexcept {
  if (path.size() > prefix_size + 1 + kName.size) return {};
  const auto first = path.size() > kName.size ? path.size() - kName.size - 1 : 0;
  const auto cut = path.find('/', std::max<std::size_t>(first, 1));
  if (cut > prefix_size || cut + 1 == path.size()) return {};  // npos is larger than any size
  return cut;
}

}  // namespace

HeaderBlock blank_ustar_header(char type_byte) noexcept {
  HeaderBlock block{};
  block[kType.offset] = static_cast<std::byte>(type_byte);
  put_text(block, kMagic, std::string_view("ustar\00000", 8));
  return block;
}

void put_text(HeaderBlock& block, Field field, std::string_view text) noexcept {
  const auto* const bytes = reinterpret_cast<const std::byte*>(text.data());
  const std::span<std::byte> target = std::span(block).subspan(field.offset, field.size);
  const auto rest = std::copy_n(bytes, std::min(text.size(), field.size), target.begin());
  std::fill(rest, target.end(), std::byte{0});
}

bool put_split_path(HeaderBlock& block, Field prefix, std::string_view path) noexcept {
  const bool whole = path.size() <= kName.size;
  const auto cut = whole ? std::nullopt : prefix_cut(path, prefix.size);
  if (!whole && !cut) return false;
  put_text(block, prefix, cut ? path.substr(0, *cut) : std::string_view{});
  put_text(block, kName, cut ? path.substr(*cut + 1) : path);
  return true;
}

void put_shortened_path(HeaderBlock& block, std::string_view path) noexcept {
  path = path.substr(0, kName.size);
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  put_text(block, kName, path);
}

}  // namespace occy::tar
