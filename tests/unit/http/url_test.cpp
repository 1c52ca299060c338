#include "http/url.hpp"

#include "support/catch.hpp"

using namespace occy::http;
using Scheme = Origin::Scheme;

namespace {

std::string resolved(const std::string& base, const std::string& location) {
  const occy::result<Url> url = resolve(*parse_url(base), location);
  return url.has_error() ? "error: " + url.error().message : shown({url->origin, "/"}) + url->target.substr(1);
}

}  // namespace

TEST_CASE("url: an origin has a host in lower case and its scheme's port", "[http]") {
  CHECK(*parse_origin("Registry.Example", Scheme::https) == Origin{Scheme::https, "registry.example", 443});
  CHECK(*parse_origin("my_registry", Scheme::http) == Origin{Scheme::http, "my_registry", 80});
  CHECK(*parse_origin("localhost:5000", Scheme::http) == Origin{Scheme::http, "localhost", 5000});
  CHECK(*parse_origin("[::1]:5000", Scheme::http) == Origin{Scheme::http, "::1", 5000});
  CHECK(*parse_origin("[0:0::0:1]", Scheme::https) == Origin{Scheme::https, "::1", 443});
}

TEST_CASE("url: what is no origin is refused", "[http]") {
  const std::string text =
      GENERATE("", ":5000", "a b", "a/b", "host:", "host:0", "host:65536", "host:5000x", "host:-1", "[::1", "[::1]5000",
               "[::1]:", "[host]", "::1", "a:1:2", "h\xc3\xb6st", "a@b", "a\r\nb", "[::1%eth0]");
  INFO(text);
  CHECK(parse_origin(text, Scheme::https).has_error());
  CHECK(parse_origin(std::string(256, 'a'), Scheme::https).has_error());
}

TEST_CASE("url: the Host field has a port only where it is not the scheme's own", "[http]") {
  CHECK(host_field({Scheme::https, "a.example", 443}) == "a.example");
  CHECK(host_field({Scheme::https, "a.example", 80}) == "a.example:80");
  CHECK(host_field({Scheme::http, "::1", 5000}) == "[::1]:5000");
}

TEST_CASE("url: an absolute URL is an origin and a target", "[http]") {
  CHECK(*parse_url("HTTPS://A.example/v2/?n=1#part") == Url{{Scheme::https, "a.example", 443}, "/v2/?n=1"});
  CHECK(*parse_url("http://a:5000") == Url{{Scheme::http, "a", 5000}, "/"});
  CHECK(*parse_url("http://a?x=/@") == Url{{Scheme::http, "a", 80}, "/?x=/@"});
}

TEST_CASE("url: what is no URL of HTTP is refused", "[http]") {
  const std::string text = GENERATE("", "a.example", "ftp://a/", "http:/a", "http://", "http:///x", "http://u:p@a/",
                                    "http://a/x y", "http://a/\r\nX: y", "http://a:99999/", "http://a/\x7f");
  INFO(text);
  CHECK(parse_url(text).has_error());
}

TEST_CASE("url: a location is resolved against the URL that it came from", "[http]") {
  const std::string base = "https://a.example/v2/x/uploads/1?state=s";
  CHECK(resolved(base, "http://b:1/p?q#f") == "http://b:1/p?q");
  CHECK(resolved(base, "//b.example/p") == "https://b.example/p");
  CHECK(resolved(base, "/v2/y?z=1") == "https://a.example/v2/y?z=1");
  CHECK(resolved(base, "?z=2") == "https://a.example/v2/x/uploads/1?z=2");
  CHECK(resolved(base, "2?z") == "https://a.example/v2/x/uploads/2?z");
  CHECK(resolved(base, "../../y/./z/..") == "https://a.example/v2/y/");
  CHECK(resolved(base, "/../../../etc") == "https://a.example/etc");
  CHECK(resolved(base, "/a/b?x=../..") == "https://a.example/a/b?x=../..");
  CHECK(resolved(base, "") == "https://a.example/v2/x/uploads/1?state=s");
  CHECK(resolved(base, "#f") == "https://a.example/v2/x/uploads/1?state=s");
}

TEST_CASE("url: a location that leads out of HTTP is refused", "[http]") {
  const std::string location = GENERATE("file:///etc/passwd", "javascript:x", "//u@b/", "/a b", "http://");
  INFO(location);
  CHECK(resolved("https://a/", location).substr(0, 6) == "error:");
}

TEST_CASE("url: shown without its query", "[http]") {
  CHECK(shown(*parse_url("https://a.example:1/b?X-Signature=secret")) == "https://a.example:1/b");
}
