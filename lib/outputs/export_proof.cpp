#include "outputs/export_proof.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "codec/decoder.hpp"
#include "io/digest_of.hpp"
#include "tar/archive_stream.hpp"

namespace occy {
namespace {

Digest diff_id_of(LayerReader& layer, const EngineOptions& options) {
  const auto& info = layer.info();
  return io::digest_of(*codec::make_decoder(layer, info.compression, options.limits, info.name), options.stop);
}

std::set<Digest> hash_layers(tar::ArchiveStream& archive, const EngineOptions& options) {
  std::set<Digest> diff_ids;
  while (const auto layer = archive.next_layer()) diff_ids.insert(diff_id_of(*layer, options));
  return diff_ids;
}

bool has_config(tar::ArchiveStream& archive, const Digest& digest) {
  return std::ranges::any_of(archive.images(),
                             [&](const auto& image) { return archive.config(image).digest() == digest; });
}

}  // namespace

CheckResults check_export(docker::Engine& engine, const Reference& name, const ImageConfig& config,
                          const EngineOptions& options) {
  const auto subject = "docker://" + name.str();
  tar::ArchiveStream archive{engine.export_image(name.str()), subject, options.limits};
  const auto exported = hash_layers(archive, options);

  CheckResults results;
  for (std::size_t i = 0; i < config.diff_ids().size(); ++i)
    if (!exported.contains(config.diff_ids()[i]))
      results.error("verify.layer", subject + ": layer " + std::to_string(i),
                    "no layer of the engine's export has these bytes: expected " + config.diff_ids()[i].str());
  if (!has_config(archive, config.digest()))
    results.error("verify.config", subject, "the engine exports another config: expected " + config.digest().str());
  return results;
}

}  // namespace occy
