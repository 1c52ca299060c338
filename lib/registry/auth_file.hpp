// registry/auth_file.hpp: logins as docker's config.json and containers-auth.json(5) hold them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "occy/credentials.hpp"
#include "occy/limits.hpp"
#include "occy/result.hpp"

namespace occy::registry {

/// What an entry of an auth file is for: a registry, or a part of its repositories. Reads "registry.example:5000",
/// "https://registry.example/v2/", "registry.example/team/app"; all names of Docker Hub are "docker.io".
struct AuthKey {
  std::string registry;

  /// Of repositories, in whole components; empty: all.
  std::string prefix = {};

  [[nodiscard]] static AuthKey parse(std::string_view text);
  [[nodiscard]] bool covers(std::string_view name, std::string_view repository) const noexcept;

  friend bool operator==(const AuthKey&, const AuthKey&) = default;
};

/// One file. Other members than these four are not looked at.
struct AuthFile {
  struct Entry {
    AuthKey key;
    Login login;
  };
  struct Helper {
    AuthKey key;
    std::string name;
  };

  /// "auths", without those that hold nothing because a helper does. The logins have no origin yet.
  std::vector<Entry> logins = {};

  /// "credHelpers", and "credsStore" (empty: none). Names are letters, digits, '-', '_' and '.'.
  std::vector<Helper> helpers = {};
  std::string store = {};

  /// The longest key that covers the repository counts; of two that are equal, the first in the file.
  [[nodiscard]] const Entry* login_for(std::string_view registry, std::string_view repository) const noexcept;
  [[nodiscard]] const Helper* helper_for(std::string_view registry, std::string_view repository) const noexcept;
};

/// Messages name the member, and show no value of one that may be secret.
[[nodiscard]] result<AuthFile> parse_auth_file(std::string_view text, const Limits& limits);

}  // namespace occy::registry
