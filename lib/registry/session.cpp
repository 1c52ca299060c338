#include "registry/session.hpp"

#include <utility>

namespace occy {

RegistrySession::State::State(RegistryOptions wanted)
    : options(std::move(wanted)),
      client({.tls = options.tls, .proxies = options.proxies, .timeouts = options.timeouts, .stop = options.stop}),
      authorizer(client, options.credentials, options.limits),
      limiter(options.requests_per_second) {}

RegistrySession::RegistrySession(RegistryOptions options) : state_(std::make_shared<State>(std::move(options))) {}

RegistryTraffic RegistrySession::traffic() const noexcept {
  return {.requests = state_->requests,
          .retries = state_->retries,
          .rate_limits = state_->rate_limits,
          .received_bytes = state_->received_bytes,
          .sent_bytes = state_->sent_bytes};
}

const RegistryOptions& RegistrySession::options() const noexcept { return state_->options; }

}  // namespace occy
