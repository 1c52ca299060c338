#include "token_server.hpp"

#include <utility>

namespace occy::test {
namespace {

std::string whole_url(const http::Url& url) {
  const bool tls = url.origin.scheme == http::Origin::Scheme::https;
  return (tls ? "https://" : "http://") + http::host_field(url.origin) + url.target;
}

std::string field_of(const http::Request& request, std::string_view name) {
  for (const auto& [key, value] : request.fields)
    if (key == name) return value;
  return {};
}

}  // namespace

registry::Ask TokenServer::ask() {
  return [this](const http::Call& call) { return take(call); };
}

registry::WholeAnswer TokenServer::take(const http::Call& call) {
  std::unique_lock lock(mutex_);
  calls_.push_back({.url = whole_url(call.url),
                    .method = call.request.method,
                    .authorization = field_of(call.request, "Authorization"),
                    .body = std::string(reinterpret_cast<const char*>(call.body.data()), call.body.size()),
                    .certificates = call.certificates});
  arrived_.notify_all();
  if (calls_.size() == 1) arrived_.wait_for(lock, held_for_, [&] { return calls_.size() > 1; });
  if (!planned_.empty()) {
    registry::WholeAnswer answer = std::move(planned_.front());
    planned_.erase(planned_.begin());
    return answer;
  }
  const std::string token = "t" + std::to_string(++tokens_);
  return {{.status = 200}, R"({"token":")" + token + R"(","expires_in":)" + std::to_string(lifetime_) + "}"};
}

http::Response unauthorized(const std::vector<std::string>& challenges) {
  http::Response response{.status = 401};
  for (const std::string& challenge : challenges) response.fields.emplace_back("WWW-Authenticate", challenge);
  return response;
}

}  // namespace occy::test
