#include <map>

#include "http/client.hpp"
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
using Scheme = http::Origin::Scheme;

namespace {

const Timeouts kRedirectTimeouts{.connect = 5s, .response = 5s, .idle = 5s};

std::string redirect_to(const std::string& location, unsigned status = 307) {
  return make_answer(status, "moved", "Location: " + location + "\r\n");
}

std::string path_of(const ServedRequest& request) {
  const std::string line = request.line.substr(request.line.find(' ') + 1);
  return line.substr(0, line.find(' '));
}

/// Answers by path; "hello" elsewhere.
FakeServer::Answering by_path(std::map<std::string, std::string> answers) {
  return [answers = std::move(answers)](const ServedRequest& request) -> ServedReply {
    const auto found = answers.find(path_of(request));
    return {found == answers.end() ? make_answer(200, "hello") : found->second};
  };
}

std::string url_text(const FakeServer& server, const std::string& target) {
  return "http://127.0.0.1:" + std::to_string(server.port()) + target;
}

Call call_for(const std::string& url) {
  return {.url = *http::parse_url(url),
          .request = {"GET", {}, {{"Authorization", "Bearer secret"}, {"cookie", "c"}, {"Range", "bytes=1-"}}}};
}

}  // namespace

TEST_CASE("redirects: each kind is followed", "[http]") {
  const unsigned status = GENERATE(301U, 302U, 303U, 307U, 308U);
  FakeServer server{by_path({{"/a", redirect_to("/b?signature=s", status)}})};
  Client client{{.timeouts = kRedirectTimeouts}};

  const auto answer = client.fetch(call_for(url_text(server, "/a")));

  CHECK(answer->read_all(5) == "hello");
  CHECK(answer->url() == *http::parse_url(url_text(server, "/b?signature=s")));
  CHECK(server.connections() == 1);
}

TEST_CASE("redirects: send() follows none, and an answer without a location is one", "[http]") {
  FakeServer server{by_path({{"/a", redirect_to("/b")}, {"/none", make_answer(302)}})};
  Client client{{.timeouts = kRedirectTimeouts}};

  CHECK(client.send(call_for(url_text(server, "/a")))->response().status == 307);
  CHECK(client.fetch(call_for(url_text(server, "/none")))->response().status == 302);
}

TEST_CASE("redirects: credentials go to the first origin alone", "[http]") {
  FakeServer other{by_path({})};
  FakeServer server{by_path({{"/away", redirect_to(url_text(other, "/x"))}, {"/here", redirect_to("/there")}})};
  Client client{{.timeouts = kRedirectTimeouts}};

  CHECK(client.fetch(call_for(url_text(server, "/away")))->read_all(5) == "hello");
  CHECK(client.fetch(call_for(url_text(server, "/here")))->read_all(5) == "hello");

  const ServedRequest away = other.requests().at(0);
  CHECK(away.field("Authorization").empty());
  CHECK(away.field("cookie").empty());
  CHECK(away.field("Range") == "bytes=1-");
  CHECK(server.requests().at(2).field("Authorization") == "Bearer secret");
}

TEST_CASE("redirects: never from HTTPS to plain HTTP", "[http]") {
  const TempDir directory;
  const TestAuthority authority{directory.path(), "authority"};
  const auto [certificate, key] = authority.issue("server");
  FakeServer plain{by_path({})};
  FakeServer server{by_path({{"/a?q=secret", redirect_to(url_text(plain, "/x?signature=secret"))}}),
                    {certificate, key}};
  Client client{{.tls = {.authorities = authority.certificate()}, .timeouts = kRedirectTimeouts}};

  const Error error = error_of(
      [&] { (void)client.fetch(call_for("https://127.0.0.1:" + std::to_string(server.port()) + "/a?q=secret")); });

  CHECK(error.code() == Errc::refused);
  CHECK(error.detail().subject == "https://127.0.0.1:" + std::to_string(server.port()) + "/a");
  CHECK(error.detail().what == "a redirect from HTTPS to plain HTTP");
  CHECK(error.detail().found == url_text(plain, "/x"));
  CHECK(plain.connections() == 0);
}

TEST_CASE("redirects: any certificate is good enough for the first host alone", "[http]") {
  const TempDir directory;
  const auto [certificate, key] = TestAuthority{directory.path(), "authority"}.issue("server", {.names = "DNS:b"});
  const ServerTls tls{certificate, key};
  const auto place = [](const char* host, const FakeServer& server) {
    return "https://" + std::string{host} + ":" + std::to_string(server.port()) + "/";
  };
  FakeServer other{by_path({}), tls};
  FakeServer server{
      by_path({{"/away", redirect_to(place("localhost", other))}, {"/port", redirect_to(place("127.0.0.1", other))}}),
      tls};
  Client client{{.timeouts = kRedirectTimeouts}};
  const auto fetch = [&](const std::string& path) {
    Call call = call_for(place("127.0.0.1", server) + path);
    call.certificates = Call::Certificates::any;
    return client.fetch(call)->read_all(5);
  };

  CHECK(fetch("port") == "hello");
  const Error error = error_of([&] { (void)fetch("away"); });
  CHECK(error.code() == Errc::unreachable);
  CHECK(error.detail().subject == "localhost:" + std::to_string(other.port()));
  CHECK(other.requests().size() == 1);
}

TEST_CASE("redirects: a loop is found, and more than ten are not followed", "[http]") {
  FakeServer server{[](const ServedRequest& request) -> ServedReply {
    const std::string path = path_of(request);
    return {redirect_to(path.starts_with("/long") ? path + "g" : path == "/a" ? "/b" : "/a")};
  }};
  Client client{{.timeouts = kRedirectTimeouts}};

  CHECK(error_of([&] { (void)client.fetch(call_for(url_text(server, "/a"))); }).detail().what == "redirects in a loop");
  CHECK(server.requests().size() == 2);
  CHECK(error_of([&] { (void)client.fetch(call_for(url_text(server, "/long"))); }).detail().what ==
        "more than 10 redirects");
  CHECK(server.requests().size() == 2 + 11);
}

TEST_CASE("redirects: a location that leads nowhere is refused without being shown", "[http]") {
  const std::string location =
      GENERATE("file:///etc/secret", "http://user:secret@h/", "http://h:x/?secret", "/a secret");
  FakeServer server{by_path({{"/a", redirect_to(location)}})};
  Client client{{.timeouts = kRedirectTimeouts}};

  const Error error = error_of([&] { (void)client.fetch(call_for(url_text(server, "/a"))); });

  CHECK(error.code() == Errc::refused);
  CHECK(error.detail().what == "a redirect that cannot be followed");
  CHECK(std::string{error.what()}.find("secret") == std::string::npos);
}
