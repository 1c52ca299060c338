// An Authorizer over the network.
#include <utility>

#include "registry/authorizer.hpp"

namespace occy::registry {
namespace {

constexpr std::uint64_t kMostTokenBody = std::uint64_t{1} << 20U;

Ask ask_over(http::Client& client) {
  return [&client](const http::Call& call) {
    const auto answer = call.request.method == "GET" ? client.fetch(call) : client.send(call);
    return WholeAnswer{answer->response(), answer->read_all(kMostTokenBody)};
  };
}

}  // namespace

Authorizer::Authorizer(http::Client& client, CredentialSource* credentials, const Limits& limits)
    : Authorizer(
          ask_over(client), [] { return std::chrono::system_clock::now(); }, credentials, limits) {}

}  // namespace occy::registry
