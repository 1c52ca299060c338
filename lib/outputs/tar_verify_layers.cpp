// Checks 7 and 8 of docs/verification.md, "TarWriter".
#include "outputs/layer_jobs.hpp"
#include "outputs/layer_proof.hpp"
#include "outputs/tar_verify.hpp"
#include "outputs/verdict.hpp"

namespace occy::outputs {

namespace {

CheckResults verify_layer(const WrittenArchive& archive, TarForm form, const LayerRecord& layer, const Proof& proof) {
  const auto name = layer_name(form, layer);
  const auto* member = archive.index.find(name);
  if (member == nullptr || member->type != tar::EntryType::file)
    return CheckResults{};  // verify_documents() has said so
  const auto subject = archive.file.path().string() + ": " + name;
  return findings_of("verify.tarball", subject, [&](CheckResults& results) {
    const LayerProof found = prove_layer(archive.file, member->data_offset, member->size, proof.limits, proof.stop);
    expect_layer(results, subject, found, as_member(form, layer).diff_id, layer.diff_id);
  });
}

}  // namespace

CheckResults verify_layers(const WrittenArchive& archive, const WrittenImage& written, const Proof& proof) {
  return check_each(distinct(written.layers), proof.jobs,
                    [&](const LayerRecord& layer) { return verify_layer(archive, written.form, layer, proof); });
}

}  // namespace occy::outputs
