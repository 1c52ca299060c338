// tar/sparse.hpp: files that are stored without their holes.
//
// Formats: GNU tar manual, "Storing Sparse Files": the old one (type S, the map in the header and in blocks after it),
// and PAX 0.0, 0.1 (the map in records) and 1.0 (the map before the data, which is not read here).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "occy/result.hpp"
#include "tar/header.hpp"
#include "tar/pax.hpp"

namespace occy::tar {

/// A part of a file that is stored; what lies between two of them is a hole.
struct SparseRun {
  std::uint64_t offset = 0;
  std::uint64_t size = 0;

  friend bool operator==(const SparseRun&, const SparseRun&) = default;
};

/// Held against the sizes of the file run by run, so that no map is kept.
class SparseMap {
 public:
  /// False when a run overlaps the one before, or reaches beyond `real_size`.
  [[nodiscard]] bool add(std::int64_t offset, std::int64_t size, std::uint64_t real_size) noexcept;

  /// Bytes of all runs.
  [[nodiscard]] std::uint64_t data_size() const noexcept { return data_; }

 private:
  std::uint64_t end_ = 0;
  std::uint64_t data_ = 0;
};

/// The map of a type S entry, which may go on in further blocks.
class GnuSparseReader {
 public:
  explicit GnuSparseReader(std::uint64_t real_size) : real_size_(real_size) {}

  /// Whether another block of the map follows.
  enum class More { no, yes };

  [[nodiscard]] result<More> read_header(const HeaderBlock& block);
  [[nodiscard]] result<More> read_continuation(const HeaderBlock& block);

  [[nodiscard]] std::uint64_t data_size() const noexcept { return map_.data_size(); }

  /// What was read so far.
  [[nodiscard]] const std::vector<SparseRun>& runs() const noexcept { return runs_; }

 private:
  [[nodiscard]] result<void> read(const HeaderBlock& block, std::size_t runs_offset, std::size_t runs);

  std::uint64_t real_size_;
  SparseMap map_;
  std::vector<SparseRun> runs_;
  bool complete_ = false;
};

/// The size that a type S header gives the unpacked file.
[[nodiscard]] result<std::int64_t> gnu_sparse_real_size(const HeaderBlock& block);

/// What the GNU.sparse records of an entry say.
struct PaxSparse {
  std::uint64_t real_size = 0;
  std::optional<std::string> path = {};
};

/// Nothing when there are no such records. Refused: an unknown version, a record that is missing, a map that does not
/// fit `stored_size`.
[[nodiscard]] result<std::optional<PaxSparse>> read_pax_sparse(const PaxHeader& header, std::uint64_t stored_size);

/// The runs of a PAX 0.0 or 0.1 entry, from its records. Before: read_pax_sparse() has taken them.
[[nodiscard]] std::vector<SparseRun> pax_runs(const std::vector<std::pair<std::string, std::string>>& records);

}  // namespace occy::tar
