#include <thread>

#include "http/client.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/fake_server.hpp"
#include "support/temp_dir.hpp"
#include "support/test_certificates.hpp"
#include "unit/http/transient.hpp"

using namespace occy;
using namespace occy::test;
using namespace std::chrono_literals;
using http::Call;
using http::Client;
using http::RequestBody;
using Sent = http::RequestBody::Sent;
using Then = ServedReply::Then;

namespace {

constexpr Timeouts kBodySoon{.connect = 5s, .response = 5s, .idle = 5s};

const std::vector<std::byte> kPiece(256 * 1024, std::byte{'x'});

/// More than all the buffers on the way hold.
constexpr std::size_t kManyPieces = 400;

Call patch(const FakeServer& server, http::Origin::Scheme scheme = http::Origin::Scheme::http) {
  return {.url = {{scheme, "127.0.0.1", server.port()}, "/x"}, .request = {"PATCH"}};
}

FakeServer::Answering reply_with(ServedReply reply) {
  return [reply = std::move(reply)](const ServedRequest&) { return reply; };
}

FakeServer::Reading only(std::size_t bytes) {
  return [bytes](const ServedRequest&) { return bytes; };
}

/// Until the server has had enough.
void write_on(RequestBody& body) {
  std::size_t pieces = 0;
  while (body.write(kPiece) == Sent::more) REQUIRE(++pieces < kManyPieces);
}

}  // namespace

TEST_CASE("request body: arrives whole, without the empty pieces, and leaves its connection", "[http]") {
  FakeServer server{reply_with({make_answer(202, "hello")})};
  Client client{{.timeouts = kBodySoon}};

  for (int i = 0; i < 2; ++i) {
    const auto body = client.begin(patch(server));
    REQUIRE(body->write(Block{kPiece}.first(1)) == Sent::more);
    REQUIRE(body->write({}) == Sent::more);
    REQUIRE(body->write(kPiece) == Sent::more);
    const auto answer = body->finish();
    CHECK(answer->response().status == 202);
    CHECK(answer->read_all(5) == "hello");
  }

  const ServedRequest request = server.requests().at(1);
  CHECK(request.line == "PATCH /x HTTP/1.1");
  CHECK(request.field("Transfer-Encoding") == "chunked");
  CHECK(request.field("Content-Length").empty());
  CHECK(request.body.size() == kPiece.size() + 1);
  CHECK(request.body_finished);
  CHECK(server.connections() == 1);
}

TEST_CASE("request body: none at all", "[http]") {
  FakeServer server{reply_with({make_answer(202)})};
  Client client{{.timeouts = kBodySoon}};

  CHECK(client.begin(patch(server))->finish()->response().status == 202);

  CHECK(server.requests().at(0).body_finished);
}

TEST_CASE("request body: one that is given up is seen as unfinished", "[http]") {
  FakeServer server{reply_with({make_answer(202)})};
  Client client{{.timeouts = kBodySoon}};

  REQUIRE(client.begin(patch(server))->write(kPiece) == Sent::more);

  while (server.requests().empty()) std::this_thread::yield();
  CHECK_FALSE(server.requests().at(0).body_finished);
}

TEST_CASE("request body: an answer that comes while it is sent ends the sending, and is read", "[http]") {
  const auto then = GENERATE(Then::hold, Then::ignore, Then::close, Then::reset);
  const std::size_t read_before = GENERATE(0U, 1'000'000U);
  FakeServer server{reply_with({.bytes = make_answer(413, "too much"), .then = then}),
                    {},
                    FakeServer::Family::ipv4,
                    only(read_before)};
  Client client{{.timeouts = kBodySoon}};

  const auto body = client.begin(patch(server));
  write_on(*body);
  CHECK(body->write(kPiece) == Sent::answered);
  const auto answer = body->finish();

  CHECK(answer->response().status == 413);
  CHECK(answer->read_all(100) == "too much");
}

TEST_CASE("request body: such an answer over TLS", "[http]") {
  const TempDir directory;
  const TestAuthority authority{directory.path(), "authority"};
  const auto [certificate, key] = authority.issue("server", {});
  FakeServer server{reply_with({.bytes = make_answer(413, "too much"), .then = Then::ignore}),
                    {certificate, key},
                    FakeServer::Family::ipv4,
                    only(300'000)};
  Client client{{.tls = {.authorities = authority.certificate()}, .timeouts = kBodySoon}};

  const auto body = client.begin(patch(server, http::Origin::Scheme::https));
  write_on(*body);
  const auto answer = body->finish();

  CHECK(answer->response().status == 413);
  CHECK(answer->read_all(100) == "too much");
}

TEST_CASE("request body: a connection that was answered too early is not used again", "[http]") {
  FakeServer server{reply_with({make_answer(401)}), {}, FakeServer::Family::ipv4, only(0)};
  Client client{{.timeouts = kBodySoon}};

  for (int i = 0; i < 2; ++i) {
    const auto body = client.begin(patch(server));
    while (body->write(Block{kPiece}.first(1)) == Sent::more) std::this_thread::yield();
    CHECK(body->finish()->read().empty());
  }

  CHECK(server.connections() == 2);
}

TEST_CASE("request body: a server that leaves in between is a failure that may pass", "[http]") {
  const auto then = GENERATE(Then::close, Then::reset);
  FakeServer server{reply_with({.bytes = "", .then = then}), {}, FakeServer::Family::ipv4, only(300'000)};
  Client client{{.timeouts = kBodySoon}};

  const auto send_all = [&] {
    const auto body = client.begin(patch(server));
    write_on(*body);
    (void)body->finish();
  };

  CHECK(is_transient(send_all));
  CHECK(error_of(send_all).detail().what == "closed the connection without an answer");
}

TEST_CASE("request body: is not sent again when a kept connection was closed", "[http]") {
  FakeServer server{[](const ServedRequest& request) -> ServedReply {
    if (request.line.starts_with("GET")) return {make_answer(200)};
    return {.bytes = "", .then = Then::close};
  }};
  Client client{{.timeouts = kBodySoon}};
  Call get = patch(server);
  get.request.method = "GET";
  CHECK(client.send(get)->read().empty());

  CHECK(is_transient([&] { (void)client.begin(patch(server))->finish(); }));

  CHECK(server.connections() == 1);
}

TEST_CASE("request body: a server that takes nothing more is waited for until the line is idle", "[http]") {
  FakeServer server{reply_with({.bytes = "", .then = Then::ignore}), {}, FakeServer::Family::ipv4, only(0)};
  Client client{{.timeouts = {.connect = 5s, .response = 5s, .idle = 100ms}}};
  const auto body = client.begin(patch(server));

  const Error error = error_of([&] { write_on(*body); });

  CHECK(error.code() == Errc::timed_out);
  CHECK(error.detail().found.find("the server to take the request") != std::string::npos);
}

TEST_CASE("request body: a stop request ends the wait for a server that takes nothing more", "[http]") {
  FakeServer server{reply_with({.bytes = "", .then = Then::ignore}), {}, FakeServer::Family::ipv4, only(0)};
  std::stop_source stop;
  Client client{{.timeouts = {.idle = 1min}, .stop = stop.get_token()}};
  const auto body = client.begin(patch(server));
  const std::jthread stopper{[&] {
    std::this_thread::sleep_for(50ms);
    stop.request_stop();
  }};

  CHECK(error_of([&] { write_on(*body); }).code() == Errc::cancelled);
}
