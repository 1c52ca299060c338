// URLs, locations, origins and lists of servers without a proxy: what was understood is understood again in the same
// way.
#include <cstdlib>

#include "fuzz.hpp"
#include "http/no_proxy.hpp"
#include "http/request_head.hpp"

namespace {

using namespace occy::http;

void check(const Url& url) {
  const std::string prefix = url.origin.scheme == Origin::Scheme::http ? "http://" : "https://";
  const occy::result<Url> again = parse_url(prefix + host_field(url.origin) + url.target);
  if (again.has_error() || *again != url) std::abort();
  if (write_request_head({"GET", url.target}, {.host = host_field(url.origin)}).has_error()) std::abort();
  if (shown(url).find('?') != std::string::npos) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = occy::fuzz::text(data, size);
  if (const occy::result<Url> url = parse_url(text); url.has_value()) check(*url);

  const Url base{{Origin::Scheme::https, "registry.example", 5000}, "/v2/a/blobs/uploads/1?state=x"};
  if (const occy::result<Url> url = resolve(base, text); url.has_value()) check(*url);

  const NoProxy list{text};
  for (const char* host : {"registry.example", "10.1.2.3", "::1"}) (void)list.covers({Origin::Scheme::http, host, 80});
  return 0;
}
