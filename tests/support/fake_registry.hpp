// support/fake_registry.hpp: a registry on loopback that keeps everything in memory, and misbehaves where it is told
// to.
//
// An own reading of the OCI distribution-spec 1.1, as far as occy speaks it: blobs, uploads in chunks, mounts,
// manifests, tags in pages. Holds everything against its digest, and takes no manifest before its blobs.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "occy/digest.hpp"
#include "occy/registry.hpp"
#include "support/archive_builder.hpp"
#include "support/fake_server.hpp"

namespace occy::test {

/// What is said of one repository alone is about "occy/test".
class FakeRegistry {
 public:
  struct Manifest {
    std::string media_type;
    std::string bytes;
  };

  /// Called with each request before it is served; what it gives is sent instead. By several threads.
  using Fault = std::function<std::optional<ServedReply>(const ServedRequest&)>;

  explicit FakeRegistry(Fault fault = {}, FakeServer::Reading reading = {});

  /// Pages of tags have so many; 0: all.
  std::size_t tags_in_page = 0;

  /// Who begins an upload is told to send no smaller chunks; 0: nothing.
  std::size_t least_chunk = 0;

  /// "127.0.0.1:12345".
  [[nodiscard]] const std::string& address() const noexcept { return address_; }

  /// An image of this registry: "REPOSITORY[:TAG][@DIGEST]".
  [[nodiscard]] RegistryPlace place(const std::string& name) const;

  /// The same of "occy/test", by a tag or a digest.
  [[nodiscard]] RegistryPlace image(const std::string& reference = "1") const;

  /// For tests: no waits to speak of.
  [[nodiscard]] static RegistryOptions options();

  /// Nobody listens any more.
  void stop() { server_.reset(); }

  /// Since forget_requests().
  [[nodiscard]] std::vector<ServedRequest> requests();

  /// How many of these began like this: "GET /v2/occy/test/blobs/".
  [[nodiscard]] std::size_t count(std::string_view beginning);
  void forget_requests();

  [[nodiscard]] std::optional<Manifest> manifest(const std::string& repository, const std::string& reference) const;
  [[nodiscard]] std::optional<std::string> blob(const std::string& repository, const Digest& digest) const;
  [[nodiscard]] std::optional<std::string> blob(const Digest& digest) const;
  [[nodiscard]] std::size_t open_uploads() const;

  Digest put_blob(const std::string& bytes);
  Digest put_manifest(const std::string& reference, const std::string& media_type, const std::string& bytes);

  /// Under this tag; gives the digest of its manifest.
  Digest put_image(const std::string& tag, const SavedImage& image, Compression compression = Compression::gzip);

  /// What the upload of this request's URL has so far, as if its connection had broken there.
  void take_part(const ServedRequest& request, std::size_t bytes);

  void replace_blob(const std::string& repository, const Digest& digest, const std::string& bytes);
  void remove_blob(const std::string& repository, const Digest& digest);
  void replace_manifest(const std::string& repository, const std::string& reference, const Manifest& manifest);
  void remove_manifest(const std::string& repository, const std::string& reference);

 private:
  struct Repository {
    std::map<std::string, std::string> blobs;   // by digest
    std::map<std::string, Manifest> manifests;  // by tag and by digest
  };

  /// A request, and what its path is about.
  struct Asked;

  ServedReply serve(const ServedRequest& request);
  ServedReply serve_manifest(Repository& repository, const Asked& asked);
  ServedReply put_manifest(Repository& repository, const Asked& asked);
  ServedReply serve_blob(const Repository& repository, const Asked& asked) const;
  ServedReply serve_tags(const Repository& repository, const Asked& asked) const;
  ServedReply begin_upload(Repository& repository, const Asked& asked);
  ServedReply serve_upload(Repository& repository, const Asked& asked);
  ServedReply finish_upload(Repository& repository, const std::string& id, const std::string& digest);

  Fault fault_;
  mutable std::mutex mutex_;  // guards what follows
  std::map<std::string, Repository> repositories_;
  std::map<std::string, std::string> uploads_;
  std::size_t uploads_begun_ = 0;
  std::size_t forgotten_ = 0;

  std::optional<FakeServer> server_;
  std::string address_;
};

/// Gives `bytes` for the first `times` requests that begin like this; without any, the connection is cut.
[[nodiscard]] FakeRegistry::Fault answer_first(int times, std::string beginning, std::string bytes);

}  // namespace occy::test
