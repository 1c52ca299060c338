#include <algorithm>

#include "http/client.hpp"

namespace occy::http {
namespace {

constexpr std::size_t kRedirectLimit = 10;

bool is_redirect(unsigned status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

[[noreturn]] void refuse(const Answer& answer, std::string what, std::string found) {
  throw Error{Errc::refused, answer.side(), {shown(answer.url()), std::move(what), {}, std::move(found)}};
}

Url destination_of(const Answer& answer) {
  const result<Url> url = resolve(answer.url(), answer.response().field("Location"));
  // Not what it says: a location may hold a signature.
  if (url.has_error()) refuse(answer, "a redirect that cannot be followed", url.error().message);
  if (answer.url().origin.scheme == Origin::Scheme::https && url->origin.scheme == Origin::Scheme::http)
    refuse(answer, "a redirect from HTTPS to plain HTTP", shown(*url));
  return *url;
}

using Fields = std::vector<std::pair<std::string, std::string>>;

Fields without_secrets(Fields fields) {
  std::erase_if(fields, [](const auto& field) {
    const Response one{0, {field}};
    return !one.field("Authorization").empty() || !one.field("Cookie").empty();
  });
  return fields;
}

}  // namespace

std::unique_ptr<Answer> Client::fetch(Call call) {
  const Origin home = call.url.origin;
  const Fields fields = call.request.fields;
  const Call::Certificates certificates = call.certificates;
  std::vector<Url> visited;
  while (true) {
    std::unique_ptr<Answer> answer = send(call);
    if (!is_redirect(answer->response().status) || answer->response().field("Location").empty()) return answer;
    visited.push_back(call.url);
    call.url = destination_of(*answer);
    if (std::find(visited.begin(), visited.end(), call.url) != visited.end())
      refuse(*answer, "redirects in a loop", shown(call.url));
    if (visited.size() > kRedirectLimit)
      refuse(*answer, "more than " + std::to_string(kRedirectLimit) + " redirects", shown(call.url));
    call.certificates = call.url.origin.host == home.host ? certificates : Call::Certificates::verified;
    call.request.fields = call.url.origin == home ? fields : without_secrets(fields);
    answer->drain();
  }
}

}  // namespace occy::http
