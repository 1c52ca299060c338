// registry/account.hpp: who asks which server for what.
#pragma once

#include <compare>
#include <functional>
#include <optional>
#include <string>

#include "http/client.hpp"
#include "occy/credentials.hpp"

namespace occy::registry {

/// What a request is allowed to touch: "repository:library/debian:pull,push".
struct Scope {
  /// Empty: nothing but what the registry itself asks for.
  std::string repository;
  enum class Access { pull, push } access = Access::pull;

  /// For a mount: the repository that is read beside.
  std::string mount_from = {};

  friend auto operator<=>(const Scope&, const Scope&) = default;
};

/// Which server, and who one is there.
struct Account {
  http::Origin origin;

  /// The name by which logins are found: "registry.example:5000", "docker.io".
  std::string registry;

  std::optional<Login> login = {};

  /// Token servers on another host than the registry's must have a good certificate in any case.
  http::Call::Certificates certificates = http::Call::Certificates::verified;
  Side side = Side::input;
};

/// An answer as a whole.
struct WholeAnswer {
  http::Response response;
  std::string body;
};

/// Sends one call and reads its answer; redirects of a GET are followed. Throws Error as http::Client does.
using Ask = std::function<WholeAnswer(const http::Call&)>;

}  // namespace occy::registry
