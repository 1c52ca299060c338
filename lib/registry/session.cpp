#include "registry/session.hpp"

#include <utility>

namespace occy {
namespace {

constexpr std::uint64_t kMostTokenBody = std::uint64_t{1} << 20U;

/// Token servers are asked in their turn, and counted, as registries are.
registry::Ask ask_over(RegistrySession::State& session) {
  return [&session](const http::Call& call) {
    session.limiter.wait(call.url.origin, session.options.stop);
    ++session.requests;
    session.sent_bytes += call.body.size();
    const auto answer = call.request.method == "GET" ? session.client.fetch(call) : session.client.send(call);
    registry::WholeAnswer whole{answer->response(), answer->read_all(kMostTokenBody)};
    session.received_bytes += whole.body.size();
    return whole;
  };
}

}  // namespace

RegistrySession::State::State(RegistryOptions wanted)
    : options(std::move(wanted)),
      client({.tls = options.tls, .proxies = options.proxies, .timeouts = options.timeouts, .stop = options.stop}),
      authorizer(
          ask_over(*this), [] { return std::chrono::system_clock::now(); }, options.credentials, options.limits),
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
