// pipeline/content_hash.hpp: the digest of a file's content while its entry streams by, holes and all.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "occy/digest.hpp"
#include "occy/entry.hpp"
#include "occy/limits.hpp"
#include "tar/sparse.hpp"
#include "tar/sparse_unpacker.hpp"

namespace occy::pipeline {

/// Hashes one file after the other. A sparse file gives the digest of the same file stored plain.
class ContentHash {
 public:
  /// `layer` names the layer in errors.
  ContentHash(std::string layer, const Limits& limits);

  /// Throws Error (Errc::limit) when the sparse files of the layer expand to more than Limits::expanded_layer_bytes
  /// together: zeros cost time too, and a few bytes can declare an exabyte.
  void begin(const Entry& entry, std::span<const tar::SparseRun> runs);

  /// The entry's stored bytes, in pieces. Throws Error (Errc::bad_archive) when a map among them is none.
  void take(Block bytes);

  [[nodiscard]] Digest finish();

 private:
  void add_zeros(std::uint64_t count);
  void require(const result<void>& unpacked) const;

  std::string layer_;
  Limits limits_;
  Sha256 hash_;
  std::string path_;
  std::optional<tar::SparseUnpacker> unpacker_;  // of a sparse file
  std::uint64_t hashed_ = 0;                     // bytes of this file
  std::uint64_t real_size_ = 0;
  std::uint64_t expanded_ = 0;  // bytes of the layer's sparse files
};

}  // namespace occy::pipeline
