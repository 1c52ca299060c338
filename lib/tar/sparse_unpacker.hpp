// tar/sparse_unpacker.hpp: tells for the stored bytes of a sparse entry where in the file they belong.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "occy/digest.hpp"
#include "occy/entry.hpp"
#include "occy/limits.hpp"
#include "occy/result.hpp"
#include "tar/sparse.hpp"

namespace occy::tar {

/// Takes an entry's data in pieces of any size, in all four formats. What no run covers is a hole.
class SparseUnpacker {
 public:
  /// Called in the order of the offsets.
  using Write = std::function<void(std::uint64_t offset, Block bytes)>;

  /// `header_runs`: Walker::sparse_runs().
  SparseUnpacker(const Entry& entry, std::span<const SparseRun> header_runs, const Limits& limits);

  /// Refuses a map in the data (PAX 1.0) that is none, or does not fit the sizes.
  [[nodiscard]] result<void> push(Block bytes, const Write& write);

  /// After the last byte: whether there were as many as the map says.
  [[nodiscard]] result<void> finish() const;

 private:
  [[nodiscard]] result<Block> take_map(Block bytes);
  [[nodiscard]] result<void> end_of_line();
  [[nodiscard]] result<void> add_number(std::int64_t number);

  std::uint64_t real_size_;
  std::uint64_t map_left_;  ///< how long a map in the data may still be
  bool in_map_;
  std::string line_;
  std::uint64_t map_size_ = 0;
  std::int64_t numbers_wanted_ = -1;  ///< -1: their count is not known yet
  std::int64_t offset_ = 0;           ///< of a run whose size has not come
  SparseMap checked_;
  std::vector<SparseRun> runs_;
  std::size_t run_ = 0;
  std::uint64_t in_run_ = 0;
};

}  // namespace occy::tar
