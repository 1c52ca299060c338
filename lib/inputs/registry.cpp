#include "occy/inputs/registry.hpp"

#include <limits>
#include <utility>

#include "inputs/examined_source.hpp"
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

struct RegistryInput::State final : ExaminedSource {
  State(RegistryPlace wanted_place, RegistrySession wanted_session, RegistryInputOptions wanted)
      : ExaminedSource(registry::locate(wanted_place, wanted_session.options(), Side::input).name,
                       wanted_session.options().limits),
        place(std::move(wanted_place)),
        session(std::move(wanted_session)),
        options(std::move(wanted)),
        source(std::make_shared<RegistryLayers>(
            RegistryLayers{.repository = {session, place, Side::input}, .foreign = options.foreign_layers})) {}

  ExaminedImage look() override {
    if (!options.blob_cache.empty()) source->cache.emplace(options.blob_cache);
    auto [image, found] = examine_registry(source->repository, options.platform, limits());
    image.references = names_of(place.image);
    tell_places(image);
    layers = std::move(found);
    return std::move(image);
  }

  // Outputs of the session to the same registry need not send what lies here.
  void tell_places(const ExaminedImage& image) {
    const registry::Address address = registry::locate(place, session.options(), Side::input);
    auto& places = session.state()->places;
    const auto note = [&](const Digest& digest) { places.note(address.account.registry, address.repository, digest); };
    if (image.config) note(image.config->digest());
    for (const LayerInfo& layer : image.layers)
      if (layer.stored) note(layer.stored->digest);
  }

  std::unique_ptr<LayerReader> open_layer(std::size_t number) override {
    return number < layers.size() ? open_registry_layer(source, layers[number]) : nullptr;
  }

  RegistryPlace place;
  RegistrySession session;
  RegistryInputOptions options;
  std::shared_ptr<RegistryLayers> source;
  std::vector<RegistryLayer> layers = {};
};

RegistryInput::RegistryInput(RegistryPlace place, RegistrySession session, RegistryInputOptions options)
    : state_(std::make_unique<State>(std::move(place), std::move(session), std::move(options))) {}

RegistryInput::~RegistryInput() = default;

const ImageDescription& RegistryInput::describe() { return state_->describe(); }

CheckResults RegistryInput::check_structure() {
  CheckResults results = state_->check_structure();
  for (const auto& fault : find_missing_layers(state_->source->repository, state_->layers))
    results.add(tar::to_finding(fault));
  return results;
}

std::unique_ptr<LayerReader> RegistryInput::next_layer() { return state_->next_layer(); }
unsigned RegistryInput::max_open_layers() const noexcept { return std::numeric_limits<unsigned>::max(); }
const ImageConfig& RegistryInput::config() { return state_->config(); }

}  // namespace occy
