#include "registry/blob_places.hpp"

#include <algorithm>

namespace occy::registry {

void BlobPlaces::note(const std::string& registry, const std::string& repository, const Digest& digest) {
  const std::scoped_lock lock(mutex_);
  repositories_[{registry, digest}].insert(repository);
}

bool BlobPlaces::knows(const std::string& registry, const Digest& digest) const {
  const std::scoped_lock lock(mutex_);
  return repositories_.contains({registry, digest});
}

std::optional<std::string> BlobPlaces::find(const std::string& registry, const Digest& digest,
                                            const std::string& but) const {
  const std::scoped_lock lock(mutex_);
  const auto places = repositories_.find({registry, digest});
  if (places == repositories_.end()) return std::nullopt;
  const auto& names = places->second;
  const auto found = std::find_if(names.begin(), names.end(), [&](const std::string& name) { return name != but; });
  return found == names.end() ? std::nullopt : std::optional(*found);
}

std::shared_ptr<BlobPlaces::Arrival> BlobPlaces::announce(const std::string& registry, const Digest& digest) {
  const std::scoped_lock lock(mutex_);
  Blob blob{registry, digest};
  if (!on_their_way_.insert(blob).second) return nullptr;
  return std::make_shared<Arrival>(*this, std::move(blob));
}

void BlobPlaces::wait(const std::string& registry, const Digest& digest, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const Blob blob{registry, digest};
  static_cast<void>(changed_.wait(lock, stop, [&] { return !on_their_way_.contains(blob); }));
}

BlobPlaces::Arrival::~Arrival() {
  {
    const std::scoped_lock lock(places_.mutex_);
    places_.on_their_way_.erase(blob_);
  }
  places_.changed_.notify_all();
}

}  // namespace occy::registry
