// occy/credentials.hpp: who one is at a registry, and where that is known from.
//
// Formats: docker's config.json ("auths", "credHelpers", "credsStore"), containers-auth.json, and the protocol of
// docker-credential helpers.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "occy/export.hpp"

namespace occy {

/// A user and a secret, or a token of the registry's own. Never shown in any message: only `username` and `origin` are.
struct Login {
  std::string username = {};
  std::string password = {};

  /// An OAuth2 refresh token ("identitytoken"), used instead of the password when it is not empty.
  std::string identity_token = {};

  /// Where it is from, for messages: "/root/.docker/config.json", "the URI", "docker-credential-pass".
  std::string origin = {};

  friend bool operator==(const Login&, const Login&) = default;
};

/// Knows logins. Asked for each registry and repository after the first request to it that was refused; again when its
/// login was refused, and after 5 minutes.
///
/// Threads: may be used by several threads at once.
class OCCY_API CredentialSource {
 public:
  virtual ~CredentialSource();

  /// The login for a repository ("library/debian") of a registry ("registry.example:5000"; Docker Hub is "docker.io");
  /// missing when there is none. Throws Error (Errc::bad_document, Errc::io, Errc::refused) when a source that should
  /// know cannot be read: then nobody is asked anonymously by mistake.
  [[nodiscard]] virtual std::optional<Login> find(std::string_view registry, std::string_view repository) = 0;

  /// The registry has refused a login that was found for it: one that is kept may have ended. find() is called next,
  /// and what it gives is tried when it is another one. Does nothing, unless it is overridden.
  virtual void refused(std::string_view registry);
};

/// Logins of files in the form of docker's config.json or of containers' auth.json. A file that is not there, or holds
/// nothing, is passed over; the first one that knows the registry counts. A file that is broken is an Error.
///
/// In a file, "credHelpers" come first, then "auths" (the longest "registry/namespace" that fits), then "credsStore".
/// Helpers are asked as programs `docker-credential-NAME`, found in the absolute directories of `helper_path` (a list
/// as in PATH), with the environment of this process. A helper may take 30 s, is killed when `stop` asks for it, and
/// its answer is good for 5 minutes, or until it is refused. Files are read at each question.
class OCCY_API AuthFiles final : public CredentialSource {
 public:
  AuthFiles(std::vector<std::filesystem::path> files, std::string helper_path, std::stop_token stop = {});
  ~AuthFiles() override;
  [[nodiscard]] std::optional<Login> find(std::string_view registry, std::string_view repository) override;
  void refused(std::string_view registry) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace occy
