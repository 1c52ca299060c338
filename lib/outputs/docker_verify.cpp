#include "outputs/docker_verify.hpp"

#include <algorithm>
#include <string>

#include "docker/predicted_id.hpp"
#include "occy/error.hpp"
#include "outputs/export_proof.hpp"
#include "outputs/verdict.hpp"

namespace occy {
namespace {

/// From API 1.48 an inspect can say whether each manifest's blobs are there.
constexpr unsigned kManifestsSince = 48;

std::string subject_of(const LoadedImage& image) { return "docker://" + image.name.str(); }

/// The containerd store names an image by its manifest, and makes that manifest itself; so exactly one other identity
/// than the config's digest is ours.
void check_id(const LoadedImage& image, const docker::ImageInspect& inspect, CheckResults& results) {
  const auto config = image.config.digest();
  const auto manifest = sha256(docker::predicted_manifest(image.config, image.layers));
  if (inspect.id == config || inspect.id == manifest) return;
  results.error("verify.image-id", subject_of(image),
                "the engine has another image under this name: expected " + config.str() + " (config) or " +
                    manifest.str() + " (manifest), found " + inspect.id.str());
}

/// Equality proves nothing: a containerd store copies this list from the config. A difference is an error all the same.
void check_rootfs(const LoadedImage& image, const docker::ImageInspect& inspect, CheckResults& results) {
  const auto& expected = image.config.diff_ids();
  const auto& found = inspect.diff_ids;
  if (expected == found) return;
  if (expected.size() != found.size()) {
    results.error("verify.rootfs", subject_of(image),
                  "RootFS.Layers has another length: expected " + std::to_string(expected.size()) + " layers, found " +
                      std::to_string(found.size()));
    return;
  }
  const auto [ours, theirs] = std::mismatch(expected.begin(), expected.end(), found.begin());
  results.error("verify.rootfs", subject_of(image),
                "RootFS.Layers differs at layer " + std::to_string(ours - expected.begin()) + ": expected " +
                    ours->str() + ", found " + theirs->str());
}

void check_available(const LoadedImage& image, const docker::ImageInspect& inspect, CheckResults& results) {
  for (const auto& manifest : inspect.manifests)
    if (manifest.id == inspect.id.str() && !manifest.available)
      results.error("verify.available", subject_of(image),
                    "blobs of manifest " + manifest.id + " are missing in the engine's store");
}

void refuse_answer(const LoadedImage& image, const docker::InspectAnswer& answer, CheckResults& results) {
  if (answer.status == 404)
    results.error("verify.image", subject_of(image), "not found in the daemon: " + answer.message);
  else
    results.error("verify.response", subject_of(image),
                  "expected status 200, found " + std::to_string(answer.status) + ": " + answer.message);
}

docker::InspectDetail best_detail(docker::Engine& engine) {
  return engine.version().api_minor >= kManifestsSince ? docker::InspectDetail::manifests
                                                       : docker::InspectDetail::plain;
}

CheckResults check_inspect(docker::Engine& engine, const LoadedImage& image) {
  CheckResults results;
  const auto answer = engine.inspect(image.name.str(), best_detail(engine));
  if (answer.image) {
    check_id(image, *answer.image, results);
    check_rootfs(image, *answer.image, results);
    check_available(image, *answer.image, results);
  } else {
    refuse_answer(image, answer, results);
  }
  return results;
}

/// The subject is the finding's, and the error's may be another.
std::string describe(const Error& error) { return error.detail().subject + ": " + outputs::explain(error); }

CheckResults checked(docker::Engine& engine, const LoadedImage& image, EngineProof proof,
                     const EngineOptions& options) {
  auto results = check_inspect(engine, image);
  if (!results.has_errors() && proof == EngineProof::export_)
    results.merge(check_export(engine, image.name, image.config, options));
  outputs::conclude(
      results, subject_of(image),
      outputs::layers_verified(image.layers.size()) + (proof == EngineProof::export_ ? " by their bytes" : ""));
  return results;
}

}  // namespace

CheckResults verify_in_engine(docker::Engine& engine, const LoadedImage& image, EngineProof proof,
                              const EngineOptions& options) {
  CheckResults failure;
  try {
    return checked(engine, image, proof, options);
  } catch (const Error& error) {
    if (outputs::was_not_asked(error.code()))
      failure.warning("verify.unreachable", subject_of(image), describe(error));
    else
      failure.error("verify.response", subject_of(image), describe(error));
  } catch (const std::exception& error) {
    failure.error("verify.response", subject_of(image), error.what());
  }
  return failure;
}

}  // namespace occy
