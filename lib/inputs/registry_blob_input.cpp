#include <optional>
#include <utility>

#include "inputs/first_look.hpp"
#include "occy/inputs/registry_blobs.hpp"
#include "registry/address.hpp"
#include "registry/blob_cache.hpp"
#include "registry/repository.hpp"
#include "registry/session.hpp"
#include "tar/oci_document.hpp"

namespace occy {

struct RegistryBlobInput::State {
  State(const RegistryPlace& place, RegistrySession wanted_session, RegistryBlobInputOptions wanted)
      : asked(place.image),
        session(std::move(wanted_session)),
        options(std::move(wanted)),
        repository(session, place, Side::input),
        address(registry::locate(place, session.options(), Side::input)) {}

  void open() {
    first_look.once([this] {
      if (!options.blob_cache.empty()) cache.emplace(options.blob_cache);
      root = repository.manifest(repository.reference());
      tell_places(root);
    });
  }

  /// Outputs of the session to the same registry need not send what lies here.
  void tell_places(const ImageManifest& document) {
    const auto content = tar::parse_oci_document(document.bytes, session.options().limits);
    if (!content || !content->config) return;
    auto& places = session.state()->places;
    places.note(address.account.registry, address.repository, content->config->digest);
    for (const Descriptor& layer : content->layers)
      places.note(address.account.registry, address.repository, layer.digest);
  }

  Reference asked;
  RegistrySession session;
  RegistryBlobInputOptions options;
  registry::Repository repository;
  registry::Address address;
  FirstLook first_look = {};
  std::optional<registry::BlobCache> cache = {};
  ImageManifest root = {.media_type = {}, .bytes = {}, .digest = Digest(Digest::Bytes{})};
};

RegistryBlobInput::RegistryBlobInput(const RegistryPlace& place, RegistrySession session,
                                     RegistryBlobInputOptions options)
    : state_(std::make_unique<State>(place, std::move(session), std::move(options))) {}

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
  ImageManifest document = state_->repository.manifest(descriptor.digest.str());
  state_->tell_places(document);
  return document;
}

std::unique_ptr<BlockSource> RegistryBlobInput::blob(const Descriptor& descriptor) {
  const auto fetch = [this, descriptor](std::uint64_t offset) {
    return state_->repository.open_blob(descriptor, offset);
  };
  return state_->cache ? state_->cache->open(descriptor, fetch) : fetch(0);
}

}  // namespace occy
