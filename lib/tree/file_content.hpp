// tree/file_content.hpp: the content of one file while it is written.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "io/file.hpp"
#include "occy/entry.hpp"
#include "occy/limits.hpp"
#include "tar/sparse_unpacker.hpp"

namespace occy::tree {

/// Whether the content is hashed on its way: the record of a full proof needs it.
enum class Hashing { no, yes };

/// Writes an entry's stored bytes where they belong; what a sparse file has no bytes for becomes a hole.
class FileContent {
 public:
  /// `runs`: see tar::Walker::sparse_runs().
  FileContent(io::File file, const Entry& entry, std::span<const tar::SparseRun> runs, const Limits& limits,
              Hashing hashing);

  /// Throws Errc::io; Errc::bad_archive (side: input, no subject) for a sparse map that is none.
  void write(Block bytes);

  /// After the last byte. The digest of the whole content, holes as zeros; meaningless when it was not asked for.
  [[nodiscard]] Digest finish();

  [[nodiscard]] const io::File& file() const noexcept { return file_; }
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

 private:
  void write_at(std::uint64_t offset, Block bytes);
  void hash_zeros_to(std::uint64_t offset);
  void require(const result<void>& done) const;

  io::File file_;
  std::uint64_t size_;
  std::uint64_t offset_ = 0;  ///< behind the last byte written
  std::optional<tar::SparseUnpacker> sparse_ = {};
  std::optional<Sha256> hash_ = {};
};

}  // namespace occy::tree
