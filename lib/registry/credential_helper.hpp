// registry/credential_helper.hpp: programs that keep logins. Protocol: github.com/docker/docker-credential-helpers.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "io/program.hpp"
#include "occy/credentials.hpp"
#include "occy/limits.hpp"
#include "occy/result.hpp"

namespace occy::registry {

/// A helper and where it is looked for.
struct CredentialHelper {
  /// "pass" is the program docker-credential-pass.
  std::string name;

  /// Directories, as in PATH; those that are not absolute are passed over.
  std::string_view path;

  /// The file that names the helper, for messages.
  std::string_view named_by;
};

/// Asks the helper for a server ("registry.example:5000"); missing when it knows none. Throws Error (side: usage):
/// Errc::not_found when there is no such program, Errc::refused with the helper's message when it fails,
/// Errc::bad_document when its answer is none, and what io::run_program() throws.
[[nodiscard]] std::optional<Login> ask_helper(const CredentialHelper& helper, const std::string& server,
                                              const std::stop_token& stop);

/// What a helper said. `origin` goes into the login; no message shows what was said.
[[nodiscard]] result<Login> parse_helper_answer(std::string_view text, std::string origin, const Limits& limits);

}  // namespace occy::registry
