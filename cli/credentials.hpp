// cli/credentials.hpp: who one is at registries: from the options, and from the files that docker, podman and others
// keep.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "occy/credentials.hpp"
#include "registry_settings.hpp"

namespace occy::cli {

/// The login of --username counts for the one registry that the command names, the files ($REGISTRY_AUTH_FILE, docker's
/// config.json, containers' auth.json) for the others. Reads the password from standard input where that is asked for.
///
/// Throws Error (side: usage): a user without a password, a password without a user, and a user where `registries` are
/// several: a login goes to nobody but the one it was given for.
[[nodiscard]] std::unique_ptr<CredentialSource> make_credentials(const RegistrySettings& settings,
                                                                 const std::set<std::string>& registries);

/// Proxies as HTTP_PROXY, HTTPS_PROXY and NO_PROXY name them, also in small letters, which go before. HTTP_PROXY in
/// capitals counts for nothing where a web server may have set it from a client's header (REQUEST_METHOD is there).
[[nodiscard]] Proxies proxies_of_environment();

}  // namespace occy::cli
