// registry/repository.hpp: conversations with one repository of a registry. OCI distribution-spec 1.1.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/url.hpp"
#include "occy/descriptor.hpp"
#include "occy/error.hpp"
#include "occy/layer.hpp"
#include "occy/manifest.hpp"
#include "occy/registry.hpp"

namespace occy::registry {

/// A blob on its way up. Held in memory: the last 5 MiB (up to 16 where the registry wants larger chunks), so that what
/// broke can be sent again from where the registry says it is; Errc::interrupted when it has less. Destroyed without
/// commit(): the upload is cancelled (DELETE); after a stop request, which ends all requests, it is left to the
/// registry, which forgets it by itself.
class BlobUpload {
 public:
  virtual ~BlobUpload() = default;
  virtual void write(Block bytes) = 0;

  /// Sends what is left; the registry holds the whole against `digest`.
  virtual void commit(const Digest& digest) = 0;
};

/// Retries, waits, tokens and redirects are done in here. Every Error names the image and, where it is one, the
/// registry's own words. Threads: may be used by several at once.
class Repository {
 public:
  /// Shares the session's connections and tokens. Asks nothing yet. `side`: of every Error; for Side::output one token,
  /// to pull and to push, is asked for and serves all.
  Repository(const RegistrySession& session, const RegistryPlace& place, Side side);
  Repository(Repository&&) noexcept;
  ~Repository();

  /// The same place over connections and tokens of its own. What the session knows is that the server has answered.
  [[nodiscard]] static Repository fresh(const RegistrySession& session, const RegistryPlace& place, Side side);

  /// "registry://registry.example:5000/library/debian:12", for messages.
  [[nodiscard]] const std::string& name() const noexcept;

  /// The tag or digest of the place, "latest" without one.
  [[nodiscard]] const std::string& reference() const noexcept;

  /// A manifest or index by tag or digest, held against the digest (that of the reference, and of
  /// Docker-Content-Digest where the registry tells one). Errc::not_found, Errc::limit (Limits::document_bytes),
  /// Errc::unsupported (schema 1, an unknown media type), Errc::digest_mismatch, Errc::refused (also a page for
  /// people).
  [[nodiscard]] ImageManifest manifest(std::string_view reference);

  /// By HEAD; missing when there is none. A registry that tells no digest is asked with GET. Errc::digest_mismatch when
  /// it tells another one than it was asked for.
  [[nodiscard]] std::optional<Descriptor> find_manifest(std::string_view reference);

  /// Errc::refused with the registry's words, Errc::digest_mismatch when it stored something else.
  void put_manifest(std::string_view reference, const ImageManifest& manifest);

  /// A small blob, a config, held against its digest and size.
  [[nodiscard]] std::string read_blob(const Descriptor& blob, std::uint64_t cap);

  /// The bytes of a blob from `offset`; goes on by itself where the connection breaks (Range). Does not hash. Throws
  /// Errc::size_mismatch when the registry gives more or less than the descriptor says.
  [[nodiscard]] std::unique_ptr<BlockSource> open_blob(const Descriptor& blob, std::uint64_t offset = 0);

  /// The last bytes of a blob, of which it has no fewer; in one request that is not said again. Nothing where it is not
  /// answered with these bytes and no others: what they are needed for must do without.
  [[nodiscard]] std::optional<std::string> read_end(const Descriptor& blob, std::size_t bytes);

  /// The blob from another server that the manifest names, and as nobody.
  [[nodiscard]] std::unique_ptr<BlockSource> open_foreign_blob(const Descriptor& blob, const http::Url& url,
                                                               std::uint64_t offset = 0);

  /// The size that the registry tells; missing when the blob is not there.
  [[nodiscard]] std::optional<std::uint64_t> find_blob(const Digest& digest);

  /// Whether the registry made the blob of another of its repositories one of this one. False: send it.
  [[nodiscard]] bool mount_blob(const Digest& digest, const std::string& from_repository);

  /// Asks nothing before the first chunk is full, or the blob ends.
  [[nodiscard]] std::unique_ptr<BlobUpload> begin_upload();

  /// A small blob, in two requests.
  void put_blob(const Digest& digest, std::string_view bytes);

  [[nodiscard]] std::vector<std::string> tags();

  /// Manifests that refer to `digest` (API, else the tag "sha256-…"). Empty when there are none.
  [[nodiscard]] std::vector<Descriptor> referrers(const Digest& digest);

  /// Errc::not_found when there is none; Errc::unsupported.
  void delete_manifest(const Digest& digest);

 private:
  struct State;
  explicit Repository(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace occy::registry
