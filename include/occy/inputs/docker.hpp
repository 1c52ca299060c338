// occy/inputs/docker.hpp: an image in a Docker or Podman engine.
//
// Engine API: GET /images/{name}/json, then GET /images/{id}/get. What nine engines answer: docs/docker-api.md.
#pragma once

#include <memory>

#include "occy/engine.hpp"
#include "occy/input.hpp"
#include "occy/reference.hpp"

namespace occy {

/// An image that an engine exports. The name is resolved to an id once, and that id is exported: a tag that moves
/// meanwhile changes nothing. The export is read as it comes, one layer at a time; it is never whole in memory or on
/// disk.
///
/// describe() costs one small request, and knows the diff_ids but not the sizes.
class OCCY_API DockerInput final : public ImageInput {
 public:
  /// Asks nothing yet.
  explicit DockerInput(Reference image, EngineOptions options = {});
  ~DockerInput() override;

  const ImageDescription& describe() override;
  CheckResults check_structure() override;
  std::unique_ptr<LayerReader> next_layer() override;
  const ImageConfig& config() override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace occy
