// registry/session.hpp: what a RegistrySession holds.
#pragma once

#include <atomic>

#include "http/client.hpp"
#include "occy/registry.hpp"
#include "registry/authorizer.hpp"
#include "registry/blob_places.hpp"
#include "registry/known_servers.hpp"
#include "registry/waiting.hpp"

namespace occy {

struct RegistrySession::State {
  explicit State(RegistryOptions wanted);

  RegistryOptions options;
  http::Client client;
  registry::Authorizer authorizer;
  registry::RateLimiter limiter;
  registry::BlobPlaces places;
  registry::KnownServers known_servers;

  std::atomic<std::uint64_t> requests = 0;
  std::atomic<std::uint64_t> retries = 0;
  std::atomic<std::uint64_t> rate_limits = 0;
  std::atomic<std::uint64_t> received_bytes = 0;
  std::atomic<std::uint64_t> sent_bytes = 0;
};

}  // namespace occy
