#include "http/client.hpp"
#include "http/no_proxy.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/fake_server.hpp"
#include "support/temp_dir.hpp"
#include "support/test_certificates.hpp"

using namespace occy;
using namespace occy::test;
using namespace std::chrono_literals;
using http::Call;
using http::Client;
using http::NoProxy;
using http::Origin;
using Then = ServedReply::Then;

namespace {

const Timeouts kProxyTimeouts{.connect = 5s, .response = 5s, .idle = 5s};

constexpr const char* kSecret = "s%40cret%3A";  // "s@cret:"

std::string proxy_url(const FakeServer& proxy) {
  return "http://us%65r:" + std::string{kSecret} + "@127.0.0.1:" + std::to_string(proxy.port()) + "/";
}

Call through(const std::string& url) { return {.url = *http::parse_url(url), .request = {"GET"}}; }

bool covers(const std::string& list, const std::string& host) {
  return NoProxy{list}.covers(*http::parse_origin(host, Origin::Scheme::https));
}

void check_hides_secret(const Error& error) {
  for (const std::string& text : {std::string{error.what()}, error.detail().hint})
    for (const char* secret : {kSecret, "s@cret", "dXNlcjpzQGNyZXQ6"}) CHECK(text.find(secret) == std::string::npos);
}

}  // namespace

TEST_CASE("proxy: plain HTTP is asked for by the whole URL", "[http]") {
  FakeServer proxy{[](const ServedRequest&) { return ServedReply{make_answer(200, "hello")}; }};
  Client client{{.proxies = {.http = proxy_url(proxy)}, .timeouts = kProxyTimeouts}};

  for (int i = 0; i < 2; ++i) CHECK(client.send(through("http://registry.invalid:5000/v2/?a"))->read_all(5) == "hello");

  const ServedRequest request = proxy.requests().at(1);
  CHECK(request.line == "GET http://registry.invalid:5000/v2/?a HTTP/1.1");
  CHECK(request.field("Host") == "registry.invalid:5000");
  CHECK(request.field("Proxy-Authorization") == "Basic dXNlcjpzQGNyZXQ6");
  CHECK(proxy.connections() == 1);
}

TEST_CASE("proxy: a record of TLS may take longer to come than a line may be idle", "[http]") {
  const TempDir directory;
  const TestAuthority authority{directory.path(), "authority"};
  const auto [certificate, key] = authority.issue("server", {.names = "DNS:registry.invalid"});
  const std::string body(40'000, 'b');
  FakeServer server{[&](const ServedRequest&) { return ServedReply{make_answer(200, body)}; }, {certificate, key}};
  FakeServer proxy{[&](const ServedRequest&) {
    return ServedReply{.bytes = "HTTP/1.0 200 Connection established\r\n\r\n",
                       .tunnel_to = server.port(),
                       .tunnel_pause = std::chrono::milliseconds{20}};
  }};
  Client client{{.tls = {.authorities = authority.certificate()},
                 .proxies = {.https = proxy_url(proxy)},
                 .timeouts = {.idle = std::chrono::milliseconds{150}}}};

  std::string got;
  const auto answer = client.send(through("https://registry.invalid/"));
  for (Block block = answer->read(); !block.empty(); block = answer->read())
    got.append(reinterpret_cast<const char*>(block.data()), block.size());
  CHECK(got == body);
}

TEST_CASE("proxy: HTTPS goes through a tunnel, and the server's certificate counts", "[http]") {
  const TempDir directory;
  const TestAuthority authority{directory.path(), "authority"};
  const auto [certificate, key] = authority.issue("server", {.names = "DNS:registry.invalid"});
  FakeServer server{[](const ServedRequest&) { return ServedReply{make_answer(200, "hello")}; }, {certificate, key}};
  FakeServer proxy{[&](const ServedRequest&) {
    return ServedReply{.bytes = "HTTP/1.0 200 Connection established\r\n\r\n", .tunnel_to = server.port()};
  }};
  Client client{{.tls = {.authorities = authority.certificate()},
                 .proxies = {.https = proxy_url(proxy)},
                 .timeouts = kProxyTimeouts}};
  Call call = through("https://registry.invalid/v2/");
  call.request.fields.emplace_back("Authorization", "Bearer t");

  for (int i = 0; i < 2; ++i) CHECK(client.send(call)->read_all(5) == "hello");

  const ServedRequest opened = proxy.requests().at(0);
  CHECK(opened.line == "CONNECT registry.invalid:443 HTTP/1.1");
  CHECK(opened.field("Host") == "registry.invalid:443");
  CHECK(opened.field("Proxy-Authorization") == "Basic dXNlcjpzQGNyZXQ6");
  CHECK(opened.field("Authorization").empty());
  CHECK(proxy.requests().size() == 1);
  CHECK(server.requests().at(0).line == "GET /v2/ HTTP/1.1");
  CHECK(server.requests().at(0).field("Proxy-Authorization").empty());
  CHECK(server.requests().at(0).server_name == "registry.invalid");

  // The dot of the root is no part of the name that a certificate is for.
  CHECK(client.send(through("https://registry.invalid./"))->read_all(5) == "hello");
  CHECK(server.requests().at(2).server_name == "registry.invalid");

  const Error error = error_of([&] { (void)client.send(through("https://other.invalid/")); });
  CHECK(error.detail().subject == "other.invalid");
  CHECK(error.detail().what == "the certificate is for another name");
}

TEST_CASE("proxy: one that does not know the user says so, the secret is not told", "[http]") {
  FakeServer proxy{[](const ServedRequest&) { return ServedReply{make_answer(407, "no")}; }};
  Client client{{.proxies = {.http = proxy_url(proxy), .https = proxy_url(proxy)}, .timeouts = kProxyTimeouts}};

  for (const char* url : {"http://registry.invalid/", "https://registry.invalid/"}) {
    const Error error = error_of([&] { (void)client.send(through(url)); });
    CHECK(error.code() == Errc::refused);
    CHECK(error.detail().subject == "proxy 127.0.0.1:" + std::to_string(proxy.port()));
    CHECK(error.detail().what == "the proxy refuses the user or the password");
    check_hides_secret(error);
  }
}

TEST_CASE("proxy: one that does not connect, or is not there", "[http]") {
  FakeServer proxy{[](const ServedRequest&) { return ServedReply{make_answer(403, "no")}; }};
  Client client{{.proxies = {.https = "127.0.0.1:" + std::to_string(proxy.port())}, .timeouts = kProxyTimeouts}};

  const Error error = error_of([&] { (void)client.send(through("https://registry.invalid:5000/")); });
  CHECK(error.code() == Errc::refused);
  CHECK(error.detail().what == "the proxy does not connect to registry.invalid:5000");
  CHECK(error.detail().found == "status 403");

  Client lost{{.proxies = {.http = "http://127.0.0.1:1"}, .timeouts = kProxyTimeouts}};
  CHECK(error_of([&] { (void)lost.send(through("http://registry.invalid/")); }).detail().subject ==
        "proxy 127.0.0.1:1");
}

TEST_CASE("proxy: servers of the no_proxy list are asked themselves", "[http]") {
  FakeServer server{[](const ServedRequest&) { return ServedReply{make_answer(200, "hello")}; }};
  Client client{{.proxies = {.http = "http://127.0.0.1:1", .no_proxy = "127.0.0.0/8"}, .timeouts = kProxyTimeouts}};

  CHECK(client.send(through("http://127.0.0.1:" + std::to_string(server.port()) + "/"))->read_all(5) == "hello");
}

TEST_CASE("proxy: a URL that cannot be used is refused at once and not shown", "[http]") {
  const std::string url =
      GENERATE("https://u:s%40cret%3A@proxy:1", "socks5://u:s%40cret%3A@proxy", "http://s%40cret%3A%@p",
               "http://u:s%40cret%3A@a b", "http://u:s%40cret%3A@:1", "http://");

  const Error error = error_of([&] { Client{{.proxies = {.https = url}}}; });

  CHECK(error.side() == Side::usage);
  CHECK(error.detail().subject == "the proxy for HTTPS");
  check_hides_secret(error);
}

TEST_CASE("no proxy: hosts, domains and ports", "[http]") {
  CHECK(covers("*", "any.example"));
  CHECK(covers("x, Registry.Example", "registry.example"));
  CHECK(covers("x\tregistry.example", "a.registry.example:5000"));
  CHECK(covers(".example", "registry.example"));
  CHECK(covers("*.example", "registry.example"));
  CHECK(covers("a:5000", "a:5000"));
  CHECK_FALSE(covers("a:5000", "a:5001"));
  CHECK_FALSE(covers("a:443", "a:5000"));
  CHECK(covers("a:443", "a"));
  CHECK_FALSE(covers("registry.example", "myregistry.example"));
  CHECK_FALSE(covers("registry.example", "example"));
  CHECK_FALSE(covers("", "a"));
  CHECK_FALSE(covers(",, ,http://a,a b/", "c"));
}

TEST_CASE("no proxy: addresses and ranges", "[http]") {
  CHECK(covers("127.0.0.1", "127.0.0.1:5000"));
  CHECK(covers("::1", "[::1]"));
  CHECK(covers("[0:0::1]:5000", "[::1]:5000"));
  CHECK_FALSE(covers("[::1]:5000", "[::1]"));
  CHECK(covers("10.0.0.0/8", "10.255.0.1"));
  CHECK_FALSE(covers("10.0.0.0/8", "11.0.0.1"));
  CHECK(covers("10.16.0.0/12", "10.31.255.255"));
  CHECK_FALSE(covers("10.16.0.0/12", "10.32.0.0"));
  CHECK(covers("0.0.0.0/0", "8.8.8.8"));
  CHECK_FALSE(covers("0.0.0.0/0", "registry.example"));
  CHECK_FALSE(covers("0.0.0.0/0", "[::1]"));
  CHECK(covers("fd00::/9", "[fd7f::1]"));
  CHECK_FALSE(covers("fd00::/9", "[fd80::1]"));
  CHECK_FALSE(covers("10.0.0.0/33", "10.0.0.0"));
  CHECK_FALSE(covers("10.0.0.0/", "10.0.0.0"));
  CHECK_FALSE(covers("0.1", "10.0.0.1"));
}
