#include "outputs/tar_blobs_verify.hpp"

#include <string>
#include <utility>

#include "io/digest_of.hpp"
#include "io/file_source.hpp"
#include "outputs/layer_jobs.hpp"
#include "outputs/verdict.hpp"
#include "tar/archive_documents.hpp"
#include "tar/oci_document.hpp"

namespace occy::outputs {
namespace {

const char* check_of(const std::string& name) {
  if (name == tar::kLayoutFile) return "verify.layout";
  return name == tar::kIndexFile ? "verify.index" : "verify.manifest";
}

CheckResults check_members(const WrittenArchive& archive, const WrittenTarIndex& written) {
  TarChecks checks(archive);
  for (const auto& [name, bytes] : written.names) checks.expect_bytes(check_of(name), name, bytes);
  for (const Descriptor& document : written.documents)
    checks.expect_document("verify.manifest", tar::blob_name(document.digest), document.size, document.digest);
  for (const Descriptor& blob : written.blobs) checks.only_file("verify.layer", tar::blob_name(blob.digest), blob.size);
  return std::move(checks.results());
}

CheckResults check_member_digest(const WrittenArchive& archive, const Descriptor& blob, const std::stop_token& stop) {
  const std::string name = tar::blob_name(blob.digest);
  const auto* member = archive.index.find(name);
  if (member == nullptr || member->type != tar::EntryType::file) return CheckResults{};  // check_members() has said so
  const std::string subject = archive.file.path().string() + ": " + name;
  return findings_of("verify.tarball", subject, [&](CheckResults& results) {
    io::FileRangeSource bytes(archive.file, member->data_offset, member->size);
    if (const Digest found = io::digest_of(bytes, stop); found != blob.digest)
      results.error("verify.digest", subject, difference(blob.digest.str(), found.str()));
  });
}

}  // namespace

CheckResults verify_tar_blobs(const std::filesystem::path& path, const WrittenTarIndex& written,
                              const Proof& proof) noexcept {
  const std::size_t below = written.documents.size() - 1;
  const std::string proved = index_verified(below, written.blobs.size());
  return verify_archive(path, proof.limits, proved, [&](const WrittenArchive& archive) {
    CheckResults results = check_members(archive, written);
    if (proof.level == VerifyLevel::full) {
      results.merge(verify_second_reader(archive));
      results.merge(check_each(written.blobs, proof.jobs,
                               [&](const Descriptor& blob) { return check_member_digest(archive, blob, proof.stop); }));
    }
    return results;
  });
}

}  // namespace occy::outputs
