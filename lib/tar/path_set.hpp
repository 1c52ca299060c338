// tar/path_set.hpp: which paths a layer has had, in bounded memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "model/siphash.hpp"

namespace occy::tar {

/// Remembers 64-bit hashes of paths, not the paths: 8 bytes each, up to a cap. Two paths of one hash are one in four
/// billion billion; the hash has a key of its own for each set, so that who chooses the paths cannot choose their
/// hashes.
class PathSet {
 public:
  /// What was known of a path.
  enum class Seen { no, as_directory, as_other };

  /// Layers of real images stay below 200,000 entries; 4 MiB of hashes hold this many.
  static constexpr std::size_t kMaxPaths = 500'000;

  explicit PathSet(std::size_t max_paths = kMaxPaths) : max_paths_(max_paths), slots_(kFirstSlots) {}

  /// What stands for a path. Made some time before add(), it hides what a look into a large set costs beside all else:
  /// the way to the memory.
  enum class Hash : std::uint64_t {};
  [[nodiscard]] Hash prepare(std::string_view path) const noexcept;

  /// What was known before. Once the set is full, new paths are not remembered.
  Seen add(Hash prepared, Seen as);
  Seen add(std::string_view path, Seen as) { return add(prepare(path), as); }

  [[nodiscard]] Seen find(std::string_view path) const noexcept;

  [[nodiscard]] bool is_full() const noexcept { return size_ == max_paths_; }

 private:
  static constexpr std::size_t kFirstSlots = 1024;

  [[nodiscard]] std::uint64_t hash_of(std::string_view path) const noexcept;
  [[nodiscard]] std::size_t first_slot_of(std::uint64_t hash) const noexcept {
    return (hash >> 2U) & (slots_.size() - 1);
  }
  [[nodiscard]] std::size_t slot_of(std::uint64_t hash) const noexcept;
  void grow();

  SipKey key_ = random_sip_key();
  std::size_t max_paths_;
  std::size_t size_ = 0;
  std::vector<std::uint64_t> slots_;  // open addressing; a power of two; the lowest bit says directory, 0 is free
};

}  // namespace occy::tar
