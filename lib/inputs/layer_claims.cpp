#include "inputs/layer_claims.hpp"

#include <algorithm>

#include "tar/archive_documents.hpp"

namespace occy {

LayerClaims::LayerClaims(const std::optional<ImageConfig>& config, std::size_t layers) {
  if (config && config->diff_ids().size() == layers) diff_ids_ = &config->diff_ids();
}

void LayerClaims::describe(std::size_t position, LayerInfo& layer) const {
  if (diff_ids_ == nullptr) return;
  layer.diff_id = (*diff_ids_)[position];
  layer.index = static_cast<std::size_t>(std::ranges::find(*diff_ids_, *layer.diff_id) - diff_ids_->begin());
}

std::optional<tar::ArchiveFault> LayerClaims::conflict(std::size_t position, const LayerInfo& earlier,
                                                       const std::string& subject) const {
  if (diff_ids_ == nullptr || earlier.diff_id == (*diff_ids_)[position]) return std::nullopt;
  return tar::layer_shared(subject, (*diff_ids_)[position], *earlier.diff_id);
}

}  // namespace occy
