// support/fake_registry.hpp: a registry on loopback that keeps everything in memory, and breaks where it is told to.
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
#include "support/fake_server.hpp"

namespace occy::test {

struct HttpRequest {
  std::string method;
  std::string path;   ///< without the query
  std::string query;  ///< without the question mark
  std::string range;
  std::string content_type;
  std::string body;

  /// Of the query, percent-decoded; empty when absent.
  [[nodiscard]] std::string parameter(std::string_view name) const;
};

struct HttpReply {
  unsigned status = 200;
  std::vector<std::pair<std::string, std::string>> fields = {};

  /// Of an answer to HEAD, only the length is told.
  std::string body = {};

  /// The connection is cut after so many bytes of the body.
  std::size_t cut_after = std::string::npos;
};

/// Speaks the distribution-spec 1.1 as far as occy does: blobs, uploads in chunks, mounts, manifests, tags. Holds
/// everything against its digest, and takes no manifest before its blobs.
class FakeRegistry {
 public:
  struct Manifest {
    std::string media_type;
    std::string bytes;
  };

  /// Answers in its place when it gives something.
  using Fault = std::function<std::optional<HttpReply>(const HttpRequest&)>;

  explicit FakeRegistry(Fault fault = {});

  /// "127.0.0.1:12345".
  [[nodiscard]] const std::string& address() const noexcept { return address_; }

  /// An image of this registry: "REPOSITORY[:TAG][@DIGEST]".
  [[nodiscard]] RegistryPlace place(const std::string& name) const;

  /// Nobody listens any more.
  void stop() { server_.reset(); }

  /// "GET /v2/x/manifests/1", in the order in which they came; without queries.
  [[nodiscard]] std::vector<std::string> requests() const;

  /// How many of these begin so.
  [[nodiscard]] std::size_t count(const std::string& prefix) const;
  void forget_requests();

  [[nodiscard]] std::optional<Manifest> manifest(const std::string& repository, const std::string& reference) const;
  [[nodiscard]] std::optional<std::string> blob(const std::string& repository, const Digest& digest) const;
  [[nodiscard]] std::size_t open_uploads() const;

  Digest put_blob(const std::string& repository, const std::string& bytes);
  void replace_blob(const std::string& repository, const Digest& digest, const std::string& bytes);
  void remove_blob(const std::string& repository, const Digest& digest);
  Digest put_manifest(const std::string& repository, const std::string& tag, const Manifest& manifest);
  void remove_manifest(const std::string& repository, const std::string& reference);
  void replace_manifest(const std::string& repository, const std::string& reference, const Manifest& manifest);

 private:
  struct Repository {
    std::map<std::string, std::string> blobs;   // by digest
    std::map<std::string, Manifest> manifests;  // by tag and by digest
  };

  Reply serve(const ServedRequest& request);
  HttpReply answer(const HttpRequest& request);
  HttpReply answer_about_blob(Repository& repository, const HttpRequest& request, const std::string& digest);
  HttpReply answer_about_upload(const std::string& name, const HttpRequest& request, const std::string& id);
  HttpReply answer_about_manifest(Repository& repository, const HttpRequest& request, const std::string& reference);
  HttpReply begin_upload(const std::string& name, const HttpRequest& request);
  HttpReply finish_upload(const std::string& name, const std::string& id, const std::string& digest);

  Fault fault_;
  mutable std::mutex mutex_;  // guards what follows
  std::map<std::string, Repository> repositories_;
  std::map<std::string, std::string> uploads_;
  std::vector<std::string> requests_;
  unsigned next_upload_ = 0;

  std::optional<FakeServer> server_;
  std::string address_;
};

}  // namespace occy::test
