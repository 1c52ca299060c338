#include "registry/held_bytes.hpp"

#include <algorithm>

namespace occy::registry {

void HeldBytes::set_most(std::size_t most) {
  straighten();
  most_ = std::max(most_, most);
}

void HeldBytes::push(Block bytes) {
  if (bytes.size() > most_) bytes = bytes.last(most_);
  bytes_.reserve(most_);
  const Block added = bytes.first(std::min(bytes.size(), room()));
  bytes_.insert(bytes_.end(), added.begin(), added.end());
  for (bytes = bytes.subspan(added.size()); !bytes.empty();) {
    const Block part = bytes.first(std::min(bytes.size(), most_ - oldest_));
    std::copy(part.begin(), part.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(oldest_));
    oldest_ = (oldest_ + part.size()) % most_;
    bytes = bytes.subspan(part.size());
  }
}

void HeldBytes::drop(std::size_t count) {
  straighten();
  bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(count));
}

Block HeldBytes::all() {
  straighten();
  return bytes_;
}

void HeldBytes::straighten() {
  std::rotate(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(oldest_), bytes_.end());
  oldest_ = 0;
}

}  // namespace occy::registry
