#include "tree/path_table.hpp"

#include <random>
#include <utility>

namespace occy::tree {
namespace {

constexpr std::size_t kFirstSlots = 1024;

// FNV-1a with a secret beginning: names that all fall into one slot cannot be prepared.
std::uint64_t hash_of(std::uint64_t key, NodeId parent, std::string_view name) noexcept {
  constexpr std::uint64_t kPrime = 0x100000001b3U;
  std::uint64_t hash = (key ^ parent) * kPrime;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * kPrime;
  return hash ^ (hash >> 32U);
}

std::uint64_t new_key() {
  std::random_device random;
  return (std::uint64_t{random()} << 32U) | random();
}

}  // namespace

PathTable::PathTable() : nodes_(1), slots_(kFirstSlots, kNoNode), key_(new_key()) {}

NodeId PathTable::find(NodeId parent, std::string_view name) const noexcept { return slots_[slot_of(parent, name)]; }

NodeId PathTable::find_or_add(NodeId parent, std::string_view name) {
  const auto slot = slot_of(parent, name);
  if (slots_[slot] != kNoNode) return slots_[slot];
  const auto id = static_cast<NodeId>(nodes_.size());
  nodes_.push_back({.parent = parent, .name = texts_.add(name)});
  slots_[slot] = id;
  if (nodes_.size() * 2 > slots_.size()) grow();
  return id;
}

bool PathTable::is_in_directory(NodeId id) const noexcept {
  const PathNode& node = nodes_[id];
  return id == kRoot || (node.written != 0 && node.written >= nodes_[node.parent].cut);
}

bool PathTable::exists(NodeId id) const noexcept {
  while (id != kRoot && is_in_directory(id)) id = nodes_[id].parent;
  return id == kRoot;
}

// The node's own slot, or the free one where it belongs.
std::size_t PathTable::slot_of(NodeId parent, std::string_view name) const noexcept {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash_of(key_, parent, name) & mask;
  while (slots_[slot] != kNoNode) {
    const PathNode& node = nodes_[slots_[slot]];
    if (node.parent == parent && texts_[node.name] == name) break;
    slot = (slot + 1) & mask;
  }
  return slot;
}

// The root has no name, and needs no slot.
void PathTable::grow() {
  slots_.assign(slots_.size() * 2, kNoNode);
  for (NodeId id = 1; id < nodes_.size(); ++id) slots_[slot_of(nodes_[id].parent, texts_[nodes_[id].name])] = id;
}

}  // namespace occy::tree
