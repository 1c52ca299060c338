#include <optional>
#include <utility>

#include "inputs/first_look.hpp"
#include "occy/inputs/registry_blobs.hpp"
#include "registry/blob_cache.hpp"
#include "registry/repository.hpp"

namespace occy {

struct RegistryBlobInput::State {
  State(const RegistryPlace& place, const RegistrySession& session, RegistryBlobInputOptions wanted)
      : asked(place.image), options(std::move(wanted)), repository(session, place, Side::input) {}

  void open() {
    first_look.once([this] {
      if (!options.blob_cache.empty()) cache.emplace(options.blob_cache);
      root = repository.manifest(repository.reference());
    });
  }

  Reference asked;
  RegistryBlobInputOptions options;
  registry::Repository repository;
  FirstLook first_look = {};
  std::optional<registry::BlobCache> cache = {};
  ImageManifest root = {.media_type = {}, .bytes = {}, .digest = Digest(Digest::Bytes{})};
};

RegistryBlobInput::RegistryBlobInput(RegistryPlace place, RegistrySession session, RegistryBlobInputOptions options)
    : state_(std::make_unique<State>(place, session, std::move(options))) {}

RegistryBlobInput::~RegistryBlobInput() = default;

std::string RegistryBlobInput::name() const { return state_->repository.name(); }

std::vector<Reference> RegistryBlobInput::references() {
  Reference name = state_->asked.with_default_tag();
  name.digest.reset();
  return name.tag.empty() ? std::vector<Reference>() : std::vector<Reference>{name};
}

const ImageManifest& RegistryBlobInput::root() {
  state_->open();
  return state_->root;
}

ImageManifest RegistryBlobInput::document(const Descriptor& descriptor) {
  return state_->repository.manifest(descriptor.digest.str());
}

std::unique_ptr<BlockSource> RegistryBlobInput::blob(const Descriptor& descriptor) {
  const auto fetch = [this, descriptor](std::uint64_t offset) {
    return state_->repository.open_blob(descriptor, offset);
  };
  return state_->cache ? state_->cache->open(descriptor, fetch) : fetch(0);
}

}  // namespace occy
