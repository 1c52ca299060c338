#include <optional>
#include <utility>

#include "inputs/first_look.hpp"
#include "inputs/registry_place.hpp"
#include "occy/inputs/registry_blobs.hpp"
#include "registry/blob_cache.hpp"
#include "registry/repository.hpp"

namespace occy {

struct RegistryBlobInput::State {
  State(RegistryPlace wanted_place, RegistrySession wanted_session, RegistryBlobInputOptions wanted)
      : place(std::move(wanted_place)),
        session(std::move(wanted_session)),
        options(std::move(wanted)),
        repository(session, place, Side::input) {}

  void open() {
    first_look.once([this] {
      if (!options.blob_cache.empty()) cache.emplace(options.blob_cache, session.options().stop);
      root = repository.manifest(repository.reference());
      tell_places(session, place, root);
    });
  }

  RegistryPlace place;
  RegistrySession session;
  RegistryBlobInputOptions options;
  registry::Repository repository;
  FirstLook first_look = {};
  std::optional<registry::BlobCache> cache = {};
  ImageManifest root = {.media_type = {}, .bytes = {}, .digest = Digest(Digest::Bytes{})};
};

RegistryBlobInput::RegistryBlobInput(const RegistryPlace& place, RegistrySession session,
                                     RegistryBlobInputOptions options)
    : state_(std::make_unique<State>(place, std::move(session), std::move(options))) {}

RegistryBlobInput::~RegistryBlobInput() = default;

std::string RegistryBlobInput::name() const { return state_->repository.name(); }

std::vector<Reference> RegistryBlobInput::references() { return names_of(state_->place); }

const ImageManifest& RegistryBlobInput::root() {
  state_->open();
  return state_->root;
}

ImageManifest RegistryBlobInput::document(const Descriptor& descriptor) {
  ImageManifest document = state_->repository.manifest(descriptor.digest.str());
  tell_places(state_->session, state_->place, document);
  return document;
}

std::unique_ptr<BlockSource> RegistryBlobInput::blob(const Descriptor& descriptor) {
  const auto fetch = [this, descriptor](std::uint64_t offset) {
    return state_->repository.open_blob(descriptor, offset);
  };
  return state_->cache ? state_->cache->open(descriptor, fetch) : fetch(0);
}

}  // namespace occy
