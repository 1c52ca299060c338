#include "occy/inputs/registry.hpp"

#include <limits>
#include <utility>

#include "inputs/examined_source.hpp"
#include "inputs/registry_layer.hpp"
#include "inputs/registry_place.hpp"
#include "registry/address.hpp"

namespace occy {

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
    if (!options.blob_cache.empty()) source->cache.emplace(options.blob_cache, session.options().stop);
    auto [image, found] = examine_registry(source->repository, options.platform, limits());
    image.references = names_of(place);
    if (image.manifest) tell_places(session, place, *image.manifest);
    layers = std::move(found);
    return std::move(image);
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
