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
  /// `stored` is the blob that the source named, when it did, and the bytes were held against it.
  void note_written(const LayerRecord& record, const std::optional<Descriptor>& stored);

  /// The output has it, or has been promised it.
  void note_answered(const Digest& diff_id) { answered_.insert(diff_id); }

  /// Uncompressed bytes of the layers that were written, each distinct layer once.
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }

  /// One report for each diff_id of the config. Throws Error (side: input) with `source` as its subject:
  /// Errc::not_found when a layer of the config never came, Errc::unsupported when one was written that the config does
  /// not have.
  [[nodiscard]] std::vector<LayerReport> settle(const ImageConfig& config, const std::string& source) const;

 private:
  [[nodiscard]] LayerReport report(std::size_t index, const Digest& diff_id, const std::string& source) const;
  void require_all_listed(const ImageConfig& config, const std::string& source) const;

  struct Written {
    std::uint64_t size;
    std::optional<Descriptor> stored;
  };

  std::unordered_map<Digest, Written> written_;
  std::unordered_set<Digest> answered_;
  std::uint64_t bytes_ = 0;
};

}  // namespace occy::pipeline
