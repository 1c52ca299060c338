// occy/registry.hpp: how to reach container registries, and what several inputs and outputs share while they do.
//
// Specification: OCI distribution-spec 1.1; Docker Registry HTTP API V2 and its token authentication.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "occy/credentials.hpp"
#include "occy/export.hpp"
#include "occy/limits.hpp"
#include "occy/reference.hpp"

namespace occy {

/// How the connection to a registry is made.
enum class RegistryTransport {
  tls,             ///< HTTPS; the certificate must be good for the host
  tls_unverified,  ///< HTTPS with any certificate
  plain,           ///< HTTP
};

/// What is trusted, and what is shown, over TLS.
struct TlsFiles {
  /// PEM; trusted beside the system's authorities. Empty: none.
  std::filesystem::path authorities = {};

  /// PEM; shown to a server that asks. Both or none.
  std::filesystem::path client_certificate = {};
  std::filesystem::path client_key = {};
};

/// Proxies, as the usual environment variables hold them; the library does not read those. Empty: none.
struct Proxies {
  std::string http = {};   ///< "http://[user:password@]host:port", for plain HTTP
  std::string https = {};  ///< the same, for HTTPS, through CONNECT
  std::string no_proxy = {};
};

/// What is tried again: requests that may be repeated, and transfers from where they broke.
struct RetryPolicy {
  /// Further tries after the first. A transfer that has moved on in between starts to count anew. Where nobody listens,
  /// and nobody has in this session, there is one.
  unsigned retries = 5;

  /// The first wait; each further one is twice as long, and jittered by half.
  std::chrono::milliseconds first_wait{500};
  std::chrono::milliseconds longest_wait{std::chrono::seconds{30}};

  /// A server's Retry-After counts up to this.
  std::chrono::milliseconds longest_retry_after{std::chrono::seconds{60}};
};

struct RegistryOptions {
  RegistryTransport transport = RegistryTransport::tls;
  TlsFiles tls = {};
  Proxies proxies = {};

  /// Borrowed; outlives the session. Null: nobody is known, all is asked anonymously.
  CredentialSource* credentials = nullptr;

  RetryPolicy retry = {};

  /// Requests to one server, a registry or where its tokens are, in a second, at most; 0: no limit.
  double requests_per_second = 0;

  Timeouts timeouts = {};
  Limits limits = {};

  /// A stop request ends every wait at once, with Errc::cancelled.
  std::stop_token stop = {};
};

/// What went over the network in a session so far.
struct RegistryTraffic {
  std::uint64_t requests = 0;
  std::uint64_t retries = 0;         ///< tries after a failure that was not the server's wish to wait
  std::uint64_t rate_limits = 0;     ///< answers 429 that were waited for
  std::uint64_t received_bytes = 0;  ///< of bodies
  std::uint64_t sent_bytes = 0;
};

/// Connections, tokens, and what is known to be where, shared by inputs and outputs. A plain handle: copies are the
/// same session.
///
/// Threads: may be used by several at once.
class OCCY_API RegistrySession {
 public:
  /// Connects to nothing yet. Throws Error (side: usage) when a file of TlsFiles or a proxy's URL cannot be used.
  explicit RegistrySession(RegistryOptions options = {});

  [[nodiscard]] RegistryTraffic traffic() const noexcept;
  [[nodiscard]] const RegistryOptions& options() const noexcept;

  struct State;
  [[nodiscard]] const std::shared_ptr<State>& state() const noexcept { return state_; }

 private:
  std::shared_ptr<State> state_;
};

/// Where one image is, and how to get there when that differs from the session.
struct RegistryPlace {
  /// A name without a domain is on Docker Hub ("docker.io/library/…"); without tag and digest it is "latest".
  Reference image;

  std::optional<RegistryTransport> transport = {};

  /// Asked before the session's credentials.
  std::optional<Login> login = {};
};

/// The tags of a repository, in the registry's order, all pages. Throws Error (side: input).
[[nodiscard]] OCCY_API std::vector<std::string> list_tags(const RegistrySession& session, const RegistryPlace& place);

/// The digest of the manifest or index that the name leads to; costs one HEAD. Throws Error (side: input).
[[nodiscard]] OCCY_API Digest find_digest(const RegistrySession& session, const RegistryPlace& place);

}  // namespace occy
