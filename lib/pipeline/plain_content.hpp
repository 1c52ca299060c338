// pipeline/plain_content.hpp: the content of files as a container reads it, holes and all, while their entries stream
// by.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "occy/digest.hpp"
#include "occy/entry.hpp"
#include "occy/limits.hpp"
#include "tar/sparse.hpp"
#include "tar/sparse_unpacker.hpp"

namespace occy::pipeline {

/// For the files of one layer, one after the other.
class PlainContent {
 public:
  using OnBytes = std::function<void(Block)>;

  /// `layer` names the layer in errors. `on_bytes` gets the content, zeros for holes.
  PlainContent(std::string layer, const Limits& limits, OnBytes on_bytes);

  /// Throws Error (Errc::limit) when the sparse files of the layer expand to more than Limits::expanded_layer_bytes
  /// together: zeros cost time too, and a few bytes can declare an exabyte.
  void begin(const Entry& entry, std::span<const tar::SparseRun> runs);

  /// The entry's stored bytes, in pieces. Throws Error (Errc::bad_archive) when a map among them is none.
  void take(Block bytes);

  /// After the last byte.
  void end();

 private:
  void add_zeros(std::uint64_t count);
  void require(const result<void>& unpacked) const;

  std::string layer_;
  Limits limits_;
  OnBytes on_bytes_;
  std::string path_;
  std::optional<tar::SparseUnpacker> unpacker_;  // of a sparse file
  std::uint64_t given_ = 0;                      // bytes of this file
  std::uint64_t real_size_ = 0;
  std::uint64_t expanded_ = 0;  // bytes of the layer's sparse files
};

}  // namespace occy::pipeline
