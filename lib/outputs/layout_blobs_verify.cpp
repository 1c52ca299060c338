#include "outputs/layout_blobs_verify.hpp"

#include <string>
#include <utility>

#include "io/digest_of.hpp"
#include "outputs/layer_jobs.hpp"
#include "outputs/store_checks.hpp"
#include "outputs/verdict.hpp"

namespace occy::outputs {
namespace {

CheckResults check_blob_digest(const io::File& directory, const Descriptor& blob, const std::stop_token& stop) {
  const std::string name = tar::blob_name(blob.digest);
  const std::string subject = (directory.path() / name).string();
  return findings_of("verify.digest", subject, [&](CheckResults& results) {
    const auto file = open_if_there(directory, name);
    if (!file) return;
    if (const Digest found = io::digest_of(*file, stop); found != blob.digest)
      results.error("verify.digest", subject, difference(blob.digest.str(), found.str()));
  });
}

CheckResults check_written(StoreChecks checks, const WrittenIndex& written, const Proof& proof) {
  check_layout_entry(checks, written.entry);
  const auto expect_document = [&](const Descriptor& document) {
    checks.expect_document("verify.manifest", tar::blob_name(document.digest), document.size, document.digest);
  };
  expect_document(written.entry.manifest);
  for (const Descriptor& document : written.documents) expect_document(document);
  for (const Descriptor& blob : written.blobs) checks.expect_size(tar::blob_name(blob.digest), blob.size);
  if (proof.level == VerifyLevel::full)
    checks.results().merge(check_each(written.blobs, proof.jobs, [&](const Descriptor& blob) {
      return check_blob_digest(checks.directory(), blob, proof.stop);
    }));
  return std::move(checks.results());
}

}  // namespace

CheckResults verify_layout_blobs(const std::filesystem::path& path, const WrittenIndex& written,
                                 const Proof& proof) noexcept {
  return verify_store(path, "verify.layout", index_verified(written.documents.size(), written.blobs.size()),
                      [&](io::File directory) {
                        return check_written(StoreChecks(std::move(directory), proof.limits), written, proof);
                      });
}

}  // namespace occy::outputs
