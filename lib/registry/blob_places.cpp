#include "registry/blob_places.hpp"

#include <algorithm>

namespace occy::registry {

void BlobPlaces::note(const std::string& registry, const std::string& repository, const Digest& digest) {
  const std::scoped_lock lock(mutex_);
  repositories_[registry][digest].insert(repository);
}

std::optional<std::string> BlobPlaces::find(const std::string& registry, const Digest& digest,
                                            const std::string& but) const {
  const std::scoped_lock lock(mutex_);
  const auto blobs = repositories_.find(registry);
  if (blobs == repositories_.end()) return std::nullopt;
  const auto places = blobs->second.find(digest);
  if (places == blobs->second.end()) return std::nullopt;
  const auto& names = places->second;
  const auto found = std::find_if(names.begin(), names.end(), [&](const std::string& name) { return name != but; });
  return found == names.end() ? std::nullopt : std::optional(*found);
}

}  // namespace occy::registry
