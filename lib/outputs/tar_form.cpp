#include "outputs/tar_form.hpp"

#include "outputs/layout_documents.hpp"
#include "tar/docker_archive.hpp"

namespace occy::outputs {

std::string layer_name(TarForm form, const LayerRecord& layer) {
  if (form == TarForm::docker) return tar::layer_member_name(layer.diff_id);
  return tar::blob_name(stored_blob(layer).digest);
}

std::string config_name(TarForm form, const Digest& config) {
  return form == TarForm::docker ? tar::config_member_name(config) : tar::blob_name(config);
}

LayerRecord as_member(TarForm form, const LayerRecord& layer) {
  if (form == TarForm::docker) return layer;
  const StoredBlob blob = stored_blob(layer);
  return {.diff_id = blob.digest, .size = blob.size};
}

LayerInfo as_member(TarForm form, const LayerInfo& layer) {
  if (form == TarForm::docker) return layer;
  LayerInfo member{.name = layer.name};
  if (layer.stored) {
    member.diff_id = layer.stored->digest;
    member.size = layer.stored->size;
  } else if (layer.compression == Compression::none) {
    member.diff_id = layer.diff_id;
    member.size = layer.size;
  }
  return member;
}

}  // namespace occy::outputs
