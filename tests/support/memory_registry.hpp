// support/memory_registry.hpp: a registry on loopback that keeps everything in memory, and can be made to misbehave.
//
// An own reading of the OCI distribution-spec 1.1, of one repository: "occy/test".
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

class MemoryRegistry {
 public:
  /// Called with each request before it is served; what it gives is sent instead. By several threads.
  using Fault = std::function<std::optional<Reply>(const ServedRequest&)>;

  explicit MemoryRegistry(Fault fault = {});

  /// Pages of tags have so many; 0: all.
  std::size_t tags_in_page = 0;

  Digest put_blob(const std::string& bytes);
  Digest put_manifest(const std::string& reference, const std::string& media_type, const std::string& bytes);

  /// Under this tag; gives the digest of its manifest.
  Digest put_image(const std::string& tag, const SavedImage& image, Compression compression = Compression::gzip);

  /// "occy/test:REFERENCE", or "occy/test@REFERENCE" for a digest.
  [[nodiscard]] RegistryPlace place(const std::string& reference = "1") const;

  /// For tests: no waits to speak of.
  [[nodiscard]] static RegistryOptions options();

  [[nodiscard]] std::vector<ServedRequest> requests() { return server_.requests(); }

  /// How many requests began like this: "GET /v2/occy/test/blobs/".
  [[nodiscard]] std::size_t count(std::string_view beginning);

  [[nodiscard]] std::optional<std::string> blob(const Digest& digest);
  [[nodiscard]] std::size_t open_uploads();
  [[nodiscard]] std::string host() const { return "127.0.0.1:" + std::to_string(server_.port()); }

  /// What the upload of this request's URL has so far, as if its connection had broken there.
  void take_part(const ServedRequest& request, std::size_t bytes);

 private:
  struct Manifest {
    std::string media_type;
    std::string bytes;
  };

  Reply serve(const ServedRequest& request);
  Reply serve_manifest(const std::string& method, const std::string& reference, const ServedRequest& request);
  Reply serve_blob(const std::string& method, const std::string& digest, const ServedRequest& request);
  Reply serve_upload(const std::string& method, const std::string& target, const ServedRequest& request);
  Reply begin_upload(const std::string& target);
  Reply finish_upload(const std::string& id, const std::string& target);
  Reply serve_tags(const std::string& target);

  Fault fault_;
  std::mutex mutex_;
  std::map<std::string, Manifest> manifests_;  ///< by tag and by digest
  std::map<std::string, std::string> blobs_;
  std::map<std::string, std::string> uploads_;
  std::size_t uploads_begun_ = 0;
  FakeServer server_;
};

}  // namespace occy::test
