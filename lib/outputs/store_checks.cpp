#include "outputs/store_checks.hpp"

#include <utility>

#include "io/beneath.hpp"
#include "io/directory.hpp"
#include "outputs/layer_proof.hpp"
#include "outputs/verdict.hpp"

namespace occy::outputs {

std::string StoreChecks::subject(const std::string& name) const { return (directory_.path() / name).string(); }

void StoreChecks::error(const char* check, const std::string& name, std::string message) {
  results_.error(check, subject(name), std::move(message));
}

std::optional<std::string> StoreChecks::read(const char* check, const std::string& name) {
  try {
    return io::read_beneath(directory_, name, Side::verify, limits_.document_bytes);
  } catch (const Error& failure) {
    error(check, name, explain(failure));
    return std::nullopt;
  }
}

void StoreChecks::expect_document(const char* check, const std::string& name, std::uint64_t size,
                                  const Digest& digest) {
  const auto bytes = read(check, name);
  if (!bytes) return;
  if (bytes->size() != size) return error(check, name, difference(bytes_text(size), bytes_text(bytes->size())));
  if (const Digest found = sha256(*bytes); found != digest)
    error(check, name, difference("digest " + digest.str(), found.str()));
}

std::optional<std::string> StoreChecks::read_published(const char* check, const PublishedDocument& published) {
  const std::string& name = published.document.name;
  auto bytes = read(check, name);
  if (!bytes || *bytes == published.document.bytes) return bytes;
  const auto stamp = io::stamp_beneath(directory_, name);
  if (!stamp || stamp->device != published.device || stamp->inode != published.inode) return bytes;
  error(check, name,
        difference("the bytes that were written, digest " + sha256(published.document.bytes).str(),
                   sha256(*bytes).str()));
  return std::nullopt;
}

void StoreChecks::expect_size(const std::string& name, std::uint64_t size) {
  try {
    const std::uint64_t found = io::open_beneath(directory_, name, Side::verify).size();
    if (found != size) error("verify.layer", name, difference(bytes_text(size), bytes_text(found)));
  } catch (const Error& failure) {
    error("verify.layer", name, explain(failure));
  }
}

std::optional<io::File> open_if_there(const io::File& directory, const std::string& name) {
  try {
    return io::open_beneath(directory, name, Side::verify);
  } catch (const Error& error) {
    if (error.code() != Errc::not_found) throw;
    return std::nullopt;
  }
}

CheckResults check_layer_file(const io::File& directory, const std::string& name, const LayerRecord& layer,
                              const Proof& proof) {
  const std::string subject = (directory.path() / name).string();
  return findings_of("verify.digest", subject, [&](CheckResults& results) {
    const auto file = open_if_there(directory, name);
    if (!file) return;
    const Digest& stored = layer.stored ? layer.stored->digest : layer.diff_id;
    expect_layer(results, subject, prove_layer(*file, 0, file->size(), proof.limits, proof.stop), stored,
                 layer.diff_id);
  });
}

CheckResults verify_store(const std::filesystem::path& path, const char* check, std::string proved,
                          const std::function<CheckResults(io::File directory)>& look) noexcept {
  return findings_of(check, path.string(), [&](CheckResults& results) {
    results = look(io::open_directory_to_read(path, Side::verify));
    conclude(results, path.string(), std::move(proved));
  });
}

}  // namespace occy::outputs
