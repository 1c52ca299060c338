// The answers of token servers and registries: a token fits into a header field and ends, and words of a refusal are
// one line that ends.
#include "registry/token.hpp"

#include <cstdlib>

#include "fuzz.hpp"
#include "registry/error_body.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace std::chrono_literals;
  const std::string_view text = occy::fuzz::text(data, size);
  const std::chrono::system_clock::time_point now{1767323045s};
  if (const auto token = occy::registry::parse_token(text, now, {}); token) {
    if (token->value.empty() || token->lifetime < 1s || token->lifetime > 24h) std::abort();
    for (const char c : token->value)
      if (c <= ' ' || c > '~') std::abort();
  }
  const std::string words = occy::registry::parse_error_body(text, {}, {}).words;
  if (words.size() > 500 || words.find('\n') != std::string::npos) std::abort();
  return 0;
}
