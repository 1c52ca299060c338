#include "outputs/registry_blobs.hpp"

#include "registry/address.hpp"
#include "registry/session.hpp"

namespace occy::outputs {

RegistryBlobs::RegistryBlobs(const RegistrySession& session, const RegistryPlace& place)
    : session_(session), repository_(session, place, Side::output) {
  const registry::Address address = registry::locate(place, session.options(), Side::output);
  registry_ = address.account.registry;
  name_ = address.repository;
}

bool RegistryBlobs::has(const Digest& digest, std::uint64_t size) {
  // A blob of another size is a broken one: it is sent again, and what the registry makes of that, verify() finds.
  const bool there = repository_.find_blob(digest) == size || is_mounted(digest);
  if (there) note(digest);
  return there;
}

void RegistryBlobs::note(const Digest& digest) const { session_.state()->places.note(registry_, name_, digest); }

bool RegistryBlobs::is_known(const Digest& digest) const { return session_.state()->places.knows(registry_, digest); }

std::shared_ptr<registry::BlobPlaces::Arrival> RegistryBlobs::announce(const Digest& digest) const {
  return session_.state()->places.announce(registry_, digest);
}

void RegistryBlobs::wait(const Digest& digest, const std::stop_token& stop) const {
  session_.state()->places.wait(registry_, digest, stop);
}

void RegistryBlobs::put(const Digest& digest, std::string_view bytes) {
  if (has(digest, bytes.size())) return;
  repository_.put_blob(digest, bytes);
  note(digest);
}

bool RegistryBlobs::is_mounted(const Digest& digest) {
  const auto from = session_.state()->places.find(registry_, digest, name_);
  return from && repository_.mount_blob(digest, *from);
}

}  // namespace occy::outputs
