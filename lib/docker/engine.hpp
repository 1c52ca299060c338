// docker/engine.hpp: conversations with a Docker or Podman engine.
//
// Engine API 1.24 to 1.51; what nine engines answer stands in docs/docker-api.md.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "docker/image_inspect.hpp"
#include "http/exchange.hpp"
#include "occy/engine.hpp"
#include "occy/layer.hpp"

namespace occy::docker {

/// What GET /_ping says.
struct EngineVersion {
  unsigned api_minor = 24;  ///< of 1.x
  enum class Kind { docker, podman } kind = Kind::docker;
  std::string server;  ///< "Docker/28.5.2 (linux)"
};

/// An inspect's answer: exactly one of the two.
struct InspectAnswer {
  std::optional<ImageInspect> image;  ///< status 200
  unsigned status = 0;
  std::string message;  ///< the engine's words when it is not 200
};

/// Whether an inspect asks for the manifests too (API ≥ 1.48; other engines ignore it).
enum class InspectDetail { plain, manifests };

/// Talks to one engine; each request has a connection of its own. Used by one thread.
class Engine {
 public:
  /// Asks nothing yet.
  Engine(EngineOptions options, Side side);

  /// GET /_ping, once; later calls return what it said. Throws Errc::unreachable, or Errc::refused when the answer is
  /// not an engine's.
  const EngineVersion& version();

  /// GET /images/{name}/json. `name` is a reference or an id. Throws Errc::bad_document when a 200 does not hold what
  /// it must, naming the field.
  [[nodiscard]] InspectAnswer inspect(const std::string& name, InspectDetail detail = InspectDetail::plain);

  /// GET /images/{name}/get: the body as it comes. Throws Errc::not_found (404) and Errc::refused with the engine's
  /// words. Waits without end for the first byte.
  [[nodiscard]] std::unique_ptr<BlockSource> export_image(const std::string& name);

  /// Begins POST /images/load?quiet=1.
  [[nodiscard]] std::unique_ptr<http::Exchange> begin_load();

 private:
  [[nodiscard]] http::Endpoint endpoint() const;
  [[nodiscard]] std::string versioned(const std::string& target);
  [[nodiscard]] std::unique_ptr<http::Exchange> get(const std::string& target);

  EngineOptions options_;
  Side side_;
  std::optional<EngineVersion> version_;
};

}  // namespace occy::docker
