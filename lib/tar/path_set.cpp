#include "tar/path_set.hpp"

#include <utility>

namespace occy::tar {
namespace {

constexpr std::uint64_t kDirectory = 1;
constexpr std::uint64_t kUsed = 2;

PathSet::Seen seen_in(std::uint64_t slot) noexcept {
  if (slot == 0) return PathSet::Seen::no;
  return (slot & kDirectory) != 0 ? PathSet::Seen::as_directory : PathSet::Seen::as_other;
}

}  // namespace

// The lowest two bits are flags.
std::uint64_t PathSet::hash_of(std::string_view path) const noexcept {
  return (siphash(key_, path) & ~std::uint64_t{3}) | kUsed;
}

PathSet::Hash PathSet::prepare(std::string_view path) const noexcept {
  const std::uint64_t hash = hash_of(path);
  __builtin_prefetch(&slots_[first_slot_of(hash)]);
  return Hash{hash};
}

PathSet::Seen PathSet::add(Hash prepared, Seen as) {
  const auto hash = static_cast<std::uint64_t>(prepared);
  const std::size_t slot = slot_of(hash);
  const Seen before = seen_in(slots_[slot]);
  if (before == Seen::no && is_full()) return before;
  slots_[slot] = hash | (as == Seen::as_directory ? kDirectory : 0);
  if (before == Seen::no && ++size_ * 2 > slots_.size()) grow();
  return before;
}

PathSet::Seen PathSet::find(std::string_view path) const noexcept { return seen_in(slots_[slot_of(hash_of(path))]); }

// The path's own slot, or the free one where it belongs. There is always a free one: half of them are.
std::size_t PathSet::slot_of(std::uint64_t hash) const noexcept {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = first_slot_of(hash);
  while (slots_[slot] != 0 && (slots_[slot] & ~kDirectory) != hash) slot = (slot + 1) & mask;
  return slot;
}

void PathSet::grow() {
  const auto old = std::exchange(slots_, std::vector<std::uint64_t>(slots_.size() * 2));
  for (const std::uint64_t entry : old)
    if (entry != 0) slots_[slot_of(entry & ~kDirectory)] = entry;
}

}  // namespace occy::tar
