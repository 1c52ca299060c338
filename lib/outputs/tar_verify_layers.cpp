// Checks 7 and 8 of docs/verification.md, "TarWriter".
#include <exception>

#include "outputs/layer_jobs.hpp"
#include "outputs/layer_proof.hpp"
#include "outputs/tar_verify.hpp"

namespace occy::outputs {

namespace {

CheckResults verify_layer(const WrittenArchive& archive, TarForm form, const LayerRecord& layer, const Limits& limits) {
  CheckResults results;
  const auto name = layer_name(form, layer);
  const auto* member = archive.index.find(name);
  if (member == nullptr || member->type != tar::EntryType::file) return results;  // verify_documents() has said so
  const auto subject = archive.file.path().string() + ": " + name;
  try {
    const LayerProof proof = prove_layer(archive.file, member->data_offset, member->size, limits);
    expect_layer(results, subject, proof, as_member(form, layer).diff_id, layer.diff_id);
  } catch (const std::exception& error) {
    results.error("verify.tarball", subject, error.what());
  }
  return results;
}

}  // namespace

CheckResults verify_layers(const WrittenArchive& archive, const WrittenImage& written, unsigned jobs,
                           const Limits& limits) {
  return check_each(distinct(written.layers), jobs,
                    [&](const LayerRecord& layer) { return verify_layer(archive, written.form, layer, limits); });
}

}  // namespace occy::outputs
