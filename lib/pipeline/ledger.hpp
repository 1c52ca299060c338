// pipeline/ledger.hpp: what became of each layer of one job.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "occy/config.hpp"
#include "occy/process.hpp"

namespace occy::pipeline {

/// Used under its owner's lock.
class Ledger {
 public:
  /// The layer `source` of the input was written as `record`. `stored` is the blob that the source named, when it did,
  /// and the bytes were held against it.
  void note_written(const Digest& source, const LayerRecord& record, const std::optional<Descriptor>& stored);

  /// The output has it, or has been promised it. Its size, when it is known.
  void note_answered(const Digest& source, std::optional<std::uint64_t> size) {
    auto& known = answered_.emplace(source, Answered{.diff_id = source, .size = {}}).first->second.size;
    if (size) known = size;
  }

  /// The output has what filters made of it before.
  void note_recalled(const Digest& source, const LayerRecord& record) {
    answered_.insert_or_assign(source, Answered{.diff_id = record.diff_id, .size = record.size});
  }

  /// Uncompressed bytes of the layers that were written, each distinct one once; those of its blob where they are not
  /// known.
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }

  /// One report for each diff_id of the input's config. Throws Error (side: input) with `source` as its subject:
  /// Errc::not_found when a layer of the config never came, Errc::unsupported when one was written that the config does
  /// not have.
  [[nodiscard]] std::vector<LayerReport> settle(const ImageConfig& config, const std::string& source) const;

  /// Uncompressed bytes of each layer of the input's config, as it is in the output.
  [[nodiscard]] std::vector<std::optional<std::uint64_t>> sizes(const ImageConfig& config) const;

 private:
  [[nodiscard]] LayerReport report(std::size_t index, const Digest& source_id, const std::string& source) const;
  void require_all_listed(const ImageConfig& config, const std::string& source) const;

  struct Written {
    LayerRecord record;
    std::optional<Descriptor> stored;
  };

  struct Answered {
    Digest diff_id;  // in the output
    std::optional<std::uint64_t> size;
  };

  std::unordered_map<Digest, Written> written_;  // by the diff_id that the source has
  std::unordered_map<Digest, Answered> answered_;
  std::unordered_set<Digest> distinct_;
  std::uint64_t bytes_ = 0;
};

}  // namespace occy::pipeline
