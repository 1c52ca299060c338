#include "registry/challenge_choice.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace occy::registry {
namespace {

// All fields of the name count; one that is broken does not hide another that is not.
struct Offer {
  std::vector<Challenge> challenges;
  std::string fault;
};

bool is_challenge_field(std::string_view name) {
  static constexpr std::string_view kName = "www-authenticate";
  return std::equal(name.begin(), name.end(), kName.begin(), kName.end(),
                    [](char c, char lower) { return (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) == lower; });
}

Offer offer_of(const http::Response& response) {
  Offer offer;
  for (const auto& [name, value] : response.fields) {
    if (!is_challenge_field(name)) continue;
    result<std::vector<Challenge>> challenges = parse_challenges(value);
    if (challenges.has_error())
      offer.fault = challenges.error().message;
    else
      std::ranges::move(*challenges, std::back_inserter(offer.challenges));
  }
  return offer;
}

std::string schemes_of(const Offer& offer) {
  std::string schemes;
  for (const Challenge& challenge : offer.challenges) schemes += (schemes.empty() ? "" : ", ") + challenge.scheme;
  return schemes;
}

Error no_choice(const Offer& offer, const Account& account) {
  if (!offer.challenges.empty())
    return {Errc::unsupported,
            account.side,
            {account.registry, "wants a login in a way that is not known", "bearer or basic", schemes_of(offer)}};
  if (!offer.fault.empty())
    return {Errc::refused, account.side, {account.registry, "its WWW-Authenticate cannot be read", {}, offer.fault}};
  return {Errc::refused, account.side, {account.registry, "wants a login (401) and does not say how"}};
}

}  // namespace

Challenge choose_challenge(const http::Response& response, const Account& account) {
  Offer offer = offer_of(response);
  for (const std::string_view scheme : {"bearer", "basic"}) {
    const auto found = std::ranges::find(offer.challenges, scheme, &Challenge::scheme);
    if (found != offer.challenges.end()) return std::move(*found);
  }
  throw no_choice(offer, account);
}

}  // namespace occy::registry
