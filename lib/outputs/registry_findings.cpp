#include "outputs/registry_findings.hpp"

#include <utility>

#include "occy/error.hpp"
#include "outputs/verdict.hpp"

namespace occy::outputs {
namespace {

void expect_manifest(CheckResults& results, const std::string& subject, const ImageManifest& expected,
                     const ImageManifest& found) {
  if (found.bytes != expected.bytes)
    results.error("verify.manifest", subject,
                  "not the bytes that were written: " + difference(expected.digest.str(), sha256(found.bytes).str()));
  else if (found.media_type != expected.media_type)
    results.error("verify.manifest", subject,
                  "another media type: " + difference(expected.media_type, found.media_type));
}

}  // namespace

CheckResults verify_anew(const RegistrySession& session, const RegistryPlace& place,
                         const std::function<CheckResults(registry::Repository& repository)>& verify) {
  try {
    auto repository = registry::Repository::fresh(session, place, Side::verify);
    return verify(repository);
  } catch (const Error& error) {
    CheckResults results;
    results.warning("verify.unreachable", place.image.str(), error.what());
    return results;
  }
}

CheckResults verify_repository(registry::Repository& repository, const std::string& reference,
                               const ImageManifest& expected, std::string proved,
                               const std::function<CheckResults()>& check_below) noexcept {
  const char* const id = "verify.manifest";
  const std::string& name = repository.name();
  return findings_of(id, name, [&](CheckResults& results) {
    results.merge(findings_of(id, name, [&](CheckResults& found) {
      expect_manifest(found, name, expected, repository.manifest(reference));
    }));
    if (results.find("verify.unreachable") == nullptr) results.merge(check_below());
    conclude(results, name, std::move(proved));
  });
}

void expect_blob_size(CheckResults& results, const char* id, registry::Repository& repository, const Digest& digest,
                      std::uint64_t size) {
  const std::string subject = blob_subject(repository, digest);
  const auto found = repository.find_blob(digest);
  if (!found)
    results.error(id, subject, "the registry does not have the blob");
  else if (*found != size)
    results.error(id, subject, difference(std::to_string(size) + " bytes", std::to_string(*found) + " bytes"));
}

std::string blob_subject(const registry::Repository& repository, const Digest& digest) {
  return repository.name() + ": " + digest.str();
}

}  // namespace occy::outputs
