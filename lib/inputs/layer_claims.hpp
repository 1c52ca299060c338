// inputs/layer_claims.hpp: what a config says of the layers that another document lists.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "occy/config.hpp"
#include "occy/layer.hpp"
#include "tar/archive_fault.hpp"

namespace occy {

/// A view; borrows the config.
class LayerClaims {
 public:
  /// A config with another number of diff_ids than there are layers says nothing: it is not known which is which.
  LayerClaims(const std::optional<ImageConfig>& config, std::size_t layers);

  /// Writes index and diff_id, where they are known.
  void describe(std::size_t position, LayerInfo& layer) const;

  /// "diff-id", where the bytes of `earlier` stand at this position too, under another diff_id: they are one layer
  /// only.
  [[nodiscard]] std::optional<tar::ArchiveFault> conflict(std::size_t position, const LayerInfo& earlier,
                                                          const std::string& subject) const;

 private:
  const std::vector<Digest>* diff_ids_ = nullptr;
};

}  // namespace occy
