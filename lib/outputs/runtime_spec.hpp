// outputs/runtime_spec.hpp: the config.json of a runtime bundle, from the config of an image.
//
// Specifications: OCI runtime-spec 1.0; OCI image-spec 1.1, conversion.md.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "occy/config.hpp"
#include "outputs/image_user.hpp"

namespace occy::outputs {

/// What of an image's config a runtime wants to know.
struct RunConfig {
  std::vector<std::string> args = {};  ///< Entrypoint and Cmd
  std::vector<std::string> env = {};   ///< PATH is among them
  std::string cwd = "/";
  std::string user = {};
  std::string hostname = {};
  std::vector<std::pair<std::string, std::string>> annotations = {};
};

/// Throws Error (side: input, Errc::bad_document) when members have the wrong types.
[[nodiscard]] RunConfig read_run_config(const ImageConfig& config);

/// Who starts the container.
enum class Starter {
  root,
  ordinary_user,  ///< a user namespace in which the caller is root; the host's network
};

/// The document, of one line. `uid` and `gid`: the caller's, for an ordinary user's mapping.
[[nodiscard]] std::string make_runtime_spec(const RunConfig& run, const ImageUser& user, Starter starter,
                                            std::uint32_t uid = 0, std::uint32_t gid = 0);

}  // namespace occy::outputs
