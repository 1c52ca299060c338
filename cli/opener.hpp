// cli/opener.hpp: opens what the URIs of a command name, with the settings, and one registry session for all of them.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "occy/blobs.hpp"
#include "occy/error.hpp"
#include "occy/registry.hpp"
#include "occy/uri.hpp"
#include "settings.hpp"

namespace occy::cli {

/// Threads: may be used by several at once.
class Opener {
 public:
  /// `uris`: all that the command names. A session is made when one of them is in a registry; the environment (logins,
  /// proxies) is read then. `settings` is borrowed. Throws Error (side: usage).
  Opener(const Settings& settings, const std::vector<std::string>& uris, std::stop_token stop = {});

  /// Each finds the engine's socket when the URI needs one and does not name it. Nothing is asked yet.
  [[nodiscard]] std::unique_ptr<ImageInput> input(const std::string& uri);
  [[nodiscard]] std::unique_ptr<ImageOutput> output(const std::string& uri, std::optional<VerifyLevel> verify);
  [[nodiscard]] std::unique_ptr<BlobInput> blob_input(const std::string& uri);
  [[nodiscard]] std::unique_ptr<BlobOutput> blob_output(const std::string& uri);

  /// Throws Error (side: usage) when `uri` is none of a registry.
  [[nodiscard]] const RegistrySession& session();

  /// How many layers at once: at least four where a network is waited for.
  [[nodiscard]] unsigned jobs() const noexcept;

  [[nodiscard]] RegistryTraffic traffic() const;

 private:
  [[nodiscard]] OpenOptions options_for(const std::string& uri, Side side);
  void connect(const std::vector<std::string>& uris);

  const Settings& settings_;
  std::stop_token stop_;
  std::unique_ptr<CredentialSource> credentials_;
  mutable std::mutex mutex_;  // guards what is found late
  std::optional<RegistrySession> session_;
  std::optional<std::filesystem::path> socket_;
};

/// Whether the URI is in a registry.
[[nodiscard]] bool is_in_registry(const std::string& uri);

/// A registry's name with its scheme: "debian:12" is "registry://debian:12"; what has a scheme keeps it.
[[nodiscard]] std::string with_registry_scheme(const std::string& text);

}  // namespace occy::cli
