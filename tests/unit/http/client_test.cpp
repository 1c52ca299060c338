#include "http/client.hpp"

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/fake_server.hpp"

using namespace occy;
using namespace occy::test;
using namespace std::chrono_literals;
using http::Call;
using http::Client;
using http::ClientOptions;
using http::Url;
using Then = ServedReply::Then;

namespace {

const Timeouts kSoon{.connect = 5s, .response = 5s, .idle = 5s};

Url url_of(const FakeServer& server, std::string target = "/x") {
  return {{http::Origin::Scheme::http, "127.0.0.1", server.port()}, std::move(target)};
}

Call get(const FakeServer& server) { return {url_of(server), {"GET"}}; }

Block as_block(std::string_view text) { return std::as_bytes(std::span{text}); }

FakeServer::Answering always(ServedReply reply) {
  return [reply = std::move(reply)](const ServedRequest&) { return reply; };
}

std::string body_of(Client& client, const Call& call) { return client.send(call)->read_all(1'000'000); }

}  // namespace

TEST_CASE("client: a request says where it goes, and what it wants", "[http]") {
  FakeServer server{always({make_answer(200, "hello", "X-A: b\r\n")})};
  Client client{{.timeouts = kSoon}};

  const auto answer = client.send({url_of(server, "/v2/?n=1"), {"GET", {}, {{"X-Test", "yes"}}}});

  CHECK(answer->response().status == 200);
  CHECK(answer->response().field("x-a") == "b");
  CHECK(answer->read_all(5) == "hello");
  const ServedRequest request = server.requests().at(0);
  CHECK(request.line == "GET /v2/?n=1 HTTP/1.1");
  CHECK(request.field("Host") == "127.0.0.1:" + std::to_string(server.port()));
  CHECK(request.field("User-Agent").substr(0, 5) == "occy/");
  CHECK(request.field("Accept-Encoding") == "identity");
  CHECK(request.field("X-Test") == "yes");
  CHECK(request.field("Content-Length").empty());
}

TEST_CASE("client: a body is sent with its length", "[http]") {
  FakeServer server{always({make_answer(201)})};
  Client client{{.timeouts = kSoon}};
  const std::string body(5'000'000, 'b');

  CHECK(client.send({url_of(server), {"PUT"}, as_block(body)})->response().status == 201);
  CHECK(client.send({url_of(server), {"POST"}})->response().status == 201);

  CHECK(server.requests().at(0).body == body);
  CHECK(server.requests().at(1).field("Content-Length") == "0");
}

TEST_CASE("client: an answer that was read to its end leaves its connection to the next request", "[http]") {
  FakeServer server{always({make_answer(200, "hello")})};
  Client client{{.timeouts = kSoon}};

  for (int i = 0; i < 3; ++i) CHECK(body_of(client, get(server)) == "hello");

  CHECK(server.connections() == 1);
}

TEST_CASE("client: answers without a body leave their connection too", "[http]") {
  const auto [method, bytes] = GENERATE(table<std::string, std::string>(
      {{"HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"},
       {"HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"},
       {"GET", "HTTP/1.1 204 No Content\r\n\r\n"},
       {"GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\n\r\n"},
       {"GET", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n"}}));
  FakeServer server{always({bytes})};
  Client client{{.timeouts = kSoon}};

  for (int i = 0; i < 2; ++i) CHECK(client.send({url_of(server), {method}})->read().empty());

  CHECK(server.connections() == 1);
}

TEST_CASE("client: a connection that cannot be used again is not", "[http]") {
  const std::string bytes =
      GENERATE("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello",
               "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
               "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
  FakeServer server{always({bytes})};
  Client client{{.timeouts = kSoon}};

  for (int i = 0; i < 2; ++i) CHECK(body_of(client, get(server)) == "hello");

  CHECK(server.connections() == 2);
}

TEST_CASE("client: an answer that is given up closes its connection", "[http]") {
  FakeServer server{always({make_answer(200, std::string(1'000'000, 'x'))})};
  Client client{{.timeouts = kSoon}};

  CHECK_FALSE(client.send(get(server))->read().empty());
  CHECK(body_of(client, get(server)).size() == 1'000'000);

  CHECK(server.connections() == 2);
}

TEST_CASE("client: a short answer is drained, a long one is not", "[http]") {
  const auto [size, connections] = GENERATE(table<std::size_t, std::size_t>({{10'000, 1}, {10'000'000, 2}}));
  FakeServer server{always({make_answer(404, std::string(size, 'x'))})};
  Client client{{.timeouts = kSoon}};

  client.send(get(server))->drain();
  client.send(get(server))->drain();

  CHECK(server.connections() == connections);
}

TEST_CASE("client: a kept connection that the server has closed is replaced", "[http]") {
  const Then then = GENERATE(Then::close, Then::reset);
  FakeServer server{[then](const ServedRequest& request) -> ServedReply {
    if (request.connection == 0 && request.line.find("/again") != std::string::npos) return {{}, then};
    return {make_answer(200, "hello")};
  }};
  Client client{{.timeouts = kSoon}};

  CHECK(body_of(client, get(server)) == "hello");
  CHECK(body_of(client, {url_of(server, "/again"), {"GET"}}) == "hello");

  CHECK(server.connections() == 2);
}

TEST_CASE("client: parts of an upload, and what deletes, are not sent again over another connection", "[http]") {
  const std::string method = GENERATE("PATCH", "DELETE");
  FakeServer server{[](const ServedRequest& request) -> ServedReply {
    if (request.line.find("/again") != std::string::npos) return {{}, Then::close};
    return {make_answer(200, "hello")};
  }};
  Client client{{.timeouts = kSoon}};

  CHECK(body_of(client, get(server)) == "hello");
  const Error error = error_of([&] { (void)client.send({url_of(server, "/again"), {method}}); });

  CHECK(error.code() == Errc::unreachable);
  CHECK(server.connections() == 1);
}

TEST_CASE("client: a new connection that is closed without an answer is an error", "[http]") {
  FakeServer server{always({{}, Then::close})};
  Client client{{.timeouts = kSoon}};

  const Error error = error_of([&] { (void)client.send(get(server)); });

  CHECK(error.code() == Errc::unreachable);
  CHECK(error.detail().subject == "127.0.0.1:" + std::to_string(server.port()));
  CHECK(error.detail().what == "closed the connection without an answer");
  CHECK(server.connections() == 1);
}

TEST_CASE("client: a body that is cut is an error", "[http]") {
  const std::string head = "HTTP/1.1 200 OK\r\n";
  const ServedReply reply =
      GENERATE_COPY(ServedReply{head + "Content-Length: 10\r\n\r\nhello", Then::close},
                    ServedReply{head + "Content-Length: 10\r\n\r\nhello", Then::reset},
                    ServedReply{head + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", Then::close},
                    ServedReply{head + "\r\nhello", Then::reset});
  FakeServer server{[&](const ServedRequest&) { return reply; }};
  Client client{{.timeouts = kSoon}};

  const Error error = error_of([&] {
    const auto answer = client.send(get(server));
    while (!answer->read().empty()) {
    }
  });

  CHECK((error.code() == Errc::refused || error.code() == Errc::unreachable));
}

TEST_CASE("client: a body in a coding that was not asked for is refused", "[http]") {
  FakeServer server{always({make_answer(200, "xx", "Content-Encoding: gzip\r\n")})};
  Client client{{.timeouts = kSoon}};

  const Error error = error_of([&] { (void)client.send(get(server)); });

  CHECK(error.code() == Errc::refused);
  CHECK(error.detail().found == "gzip");
}

TEST_CASE("client: an error in a coding that was not asked for stays what it is", "[http]") {
  FakeServer server{always({make_answer(404, "xx", "Content-Encoding: gzip\r\n")})};
  Client client{{.timeouts = kSoon}};

  CHECK(client.send(get(server))->response().status == 404);
}

TEST_CASE("client: header fields cannot be smuggled in", "[http]") {
  FakeServer server{always({make_answer(200)})};
  Client client{{.timeouts = kSoon}};

  CHECK(error_of([&] {
          (void)client.send({url_of(server), {"GET", {}, {{"A", "b\r\nC: d"}}}});
        }).code() == Errc::bad_text);
  CHECK(error_of([&] { (void)client.send({url_of(server, "/ HTTP/1.1\r\n\r\n"), {"GET"}}); }).code() == Errc::bad_text);
  CHECK(server.requests().empty());
}
