// support/docker_api.hpp: the cases that were recorded from engines, tests/data/docker-api (see the README there).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace occy::test {

/// One request to one engine and what it answered.
struct ApiCase {
  std::string engine;   ///< "docker-28-containerd"
  std::string name;     ///< "load-retag"
  std::string request;  ///< the request line
  unsigned status = 0;
  std::string response;       ///< as it came off the socket
  std::string config_digest;  ///< of the image that was sent; empty where none was

  /// RepoTags of all images that the engine had afterwards; without a value where it was not asked.
  std::optional<std::vector<std::string>> tags_after;

  /// The name of the case whose response stands for this one's, which differs in digests and numbers; else `name`.
  std::string recorded_as;
};

/// The directories, one for each engine.
[[nodiscard]] const std::vector<std::string>& api_engines();

/// All cases of all engines whose name begins so, in the order of their recording. Read once.
[[nodiscard]] std::vector<ApiCase> api_cases(std::string_view prefix);

/// The one case; throws when there is none.
[[nodiscard]] ApiCase api_case(std::string_view engine, std::string_view name);

/// What stands behind a response's header, with chunks put together.
[[nodiscard]] std::string body_of(std::string_view response);

/// A file of tests/data/docker-api.
[[nodiscard]] std::string read_api_file(const std::string& name);

}  // namespace occy::test
