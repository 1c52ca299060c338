#include "occy/inputs/registry.hpp"

#include <limits>
#include <utility>

#include "inputs/first_look.hpp"
#include "inputs/registry_layer.hpp"
#include "occy/error.hpp"
#include "registry/address.hpp"
#include "registry/session.hpp"

namespace occy {
namespace {

/// A name with a digest alone says what, not what it is called.
std::vector<Reference> names_of(const Reference& asked) {
  Reference name = asked.with_default_tag();
  name.digest.reset();
  return name.tag.empty() ? std::vector<Reference>() : std::vector<Reference>{name};
}

}  // namespace

struct RegistryInput::State {
  State(RegistryPlace wanted_place, RegistrySession wanted_session, RegistryInputOptions wanted)
      : place(std::move(wanted_place)),
        session(std::move(wanted_session)),
        options(std::move(wanted)),
        limits(session.options().limits),
        source(std::make_shared<RegistryLayers>(
            RegistryLayers{.repository = {session, place, Side::input}, .foreign = options.foreign_layers})) {}

  RegistryPlace place;
  RegistrySession session;
  RegistryInputOptions options;
  Limits limits;
  std::shared_ptr<RegistryLayers> source;
  FirstLook first_look = {};
  RegistryStructure structure = {};
  std::size_t next_layer = 0;
  std::optional<ImageDescription> description = {};

  void open() {
    first_look.once([this] {
      if (!options.blob_cache.empty()) source->cache.emplace(options.blob_cache);
      structure = examine_registry(source->repository, options.platform, limits);
      tell_places();
    });
  }

  // Outputs of the session to the same registry need not send what lies here.
  void tell_places() {
    const registry::Address address = registry::locate(place, session.options(), Side::input);
    auto& places = session.state()->places;
    const auto note = [&](const Digest& digest) { places.note(address.account.registry, address.repository, digest); };
    if (structure.config) note(structure.config->digest());
    for (const LayerInfo& layer : structure.infos)
      if (layer.stored) note(layer.stored->digest);
  }

  [[nodiscard]] ImageDescription describe() const {
    const ImageConfig& config = *structure.config;
    return {.source = source->repository.name(),
            .references = names_of(place.image),
            .id = config.digest(),
            .platform = config.platform(),
            .created = config.created(),
            .config = config,
            .manifest = structure.manifest,
            .layers = structure.infos};
  }
};

RegistryInput::RegistryInput(RegistryPlace place, RegistrySession session, RegistryInputOptions options)
    : state_(std::make_unique<State>(std::move(place), std::move(session), std::move(options))) {}

RegistryInput::~RegistryInput() = default;

const ImageDescription& RegistryInput::describe() {
  state_->open();
  tar::throw_first_error(state_->structure.faults);
  if (!state_->description) state_->description = state_->describe();
  return *state_->description;
}

CheckResults RegistryInput::check_structure() {
  state_->open();
  CheckResults results(state_->limits.findings);
  for (const auto& fault : state_->structure.faults) results.add(tar::to_finding(fault));
  for (const auto& fault : find_missing_layers(state_->source->repository, state_->structure.layers))
    results.add(tar::to_finding(fault));
  return results;
}

std::unique_ptr<LayerReader> RegistryInput::next_layer() {
  state_->open();
  const auto& layers = state_->structure.layers;
  if (state_->next_layer == layers.size()) return nullptr;
  return open_registry_layer(state_->source, layers[state_->next_layer++]);
}

unsigned RegistryInput::max_open_layers() const noexcept { return std::numeric_limits<unsigned>::max(); }

const ImageConfig& RegistryInput::config() {
  state_->open();
  if (!state_->structure.config) tar::throw_first_error(state_->structure.faults);
  return *state_->structure.config;
}

}  // namespace occy
