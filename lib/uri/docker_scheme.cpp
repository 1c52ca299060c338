#include <utility>

#include "occy/inputs/docker.hpp"
#include "occy/outputs/docker.hpp"
#include "uri/schemes.hpp"

namespace occy::uri {
namespace {

EngineOptions engine_options(const Request& request) {
  EngineOptions engine = request.options.engine;
  if (const std::string* socket = request.value("socket")) engine.socket = *socket;
  return engine;
}

EngineProof full_proof(const Request& request) {
  return is_set(request, "export") ? EngineProof::export_ : EngineProof::inspect;
}

std::unique_ptr<ImageInput> make_docker_input(const Request& request) {
  return std::make_unique<DockerInput>(image_name(request, request.uri.rest), engine_options(request));
}

std::unique_ptr<ImageOutput> make_docker_output(const Request& request) {
  Reference name = image_name(request, request.uri.rest);
  if (name.digest) refuse(request.text, "an engine cannot load an image under a digest", "NAME[:TAG]");
  return std::make_unique<DockerWriter>(std::move(name),
                                        DockerWriterOptions{.engine = engine_options(request),
                                                            .full_proof = full_proof(request),
                                                            .spool_directory = request.options.temp_directory});
}

}  // namespace

Scheme docker_scheme() {
  return {.name = "docker",
          .input_keys = {"socket"},
          .output_keys = {"socket", "export"},
          .make_input = make_docker_input,
          .make_output = make_docker_output};
}

}  // namespace occy::uri
