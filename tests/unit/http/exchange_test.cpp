#include "http/exchange.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <fstream>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/fake_engine.hpp"

using namespace occy;
using namespace occy::test;
using namespace std::chrono_literals;
using http::Endpoint;
using http::Exchange;

namespace {

Endpoint endpoint_of(const FakeEngine& engine, std::chrono::milliseconds patience = 5s) {
  return {engine.socket(), {.connect = patience, .response = patience, .idle = patience}};
}

Error connect_error(const std::filesystem::path& path) {
  return error_of([&] { Exchange{Endpoint{.socket = path, .side = Side::output}}; });
}

std::vector<std::byte> make_bytes(std::size_t size) { return std::vector<std::byte>(size, std::byte{'x'}); }

const std::string kAnswer = make_response(200, "hello");

}  // namespace

TEST_CASE("exchange: a request without a body and its answer", "[http]") {
  FakeEngine engine{{{.request = "GET /x", .bytes = kAnswer}}};

  Exchange exchange{endpoint_of(engine)};
  exchange.send({"GET", "/x", {{"X-Test", "yes"}}});

  CHECK(exchange.response().status == 200);
  CHECK(exchange.response().field("content-length") == "5");
  CHECK(exchange.read_all(5) == "hello");
  CHECK(exchange.read().empty());
}

TEST_CASE("exchange: a chunked body arrives whole, without the empty pieces", "[http]") {
  FakeEngine engine{{{.request = "POST", .bytes = kAnswer}}};
  const std::vector<std::byte> large = make_bytes(3'000'001);
  {
    Exchange exchange{endpoint_of(engine)};
    exchange.begin({"POST", "/load"});
    for (const std::vector<std::byte>& piece : {make_bytes(1), make_bytes(0), large})
      REQUIRE(exchange.write(piece) == Exchange::Sent::more);
    exchange.finish_body();
    CHECK(exchange.read_all(100) == "hello");
  }

  const FakeRequest request = engine.requests(1).at(0);
  CHECK(request.line == "POST /load HTTP/1.1");
  CHECK(request.body.size() == large.size() + 1);
  CHECK(request.body_finished);
}

TEST_CASE("exchange: destroyed without its last chunk, the body is seen as unfinished", "[http]") {
  FakeEngine engine{{{.request = "POST", .bytes = kAnswer}}};
  {
    Exchange exchange{endpoint_of(engine)};
    exchange.begin({"POST", "/load"});
    CHECK(exchange.write(make_bytes(10)) == Exchange::Sent::more);
  }

  CHECK_FALSE(engine.requests(1).at(0).body_finished);
}

TEST_CASE("exchange: an answer that comes while the body is being sent ends the sending and is read", "[http]") {
  const auto end = GENERATE(FakeAnswer::End::close, FakeAnswer::End::hold);
  const std::size_t read_before = GENERATE(0U, 1'000'000U);
  FakeEngine engine{{{.request = "POST",
                      .bytes = make_response(400, "no"),
                      .when = FakeAnswer::When::before_body,
                      .body_bytes = read_before,
                      .end = end}}};

  Exchange exchange{endpoint_of(engine)};
  exchange.begin({"POST", "/load"});
  const std::vector<std::byte> piece = make_bytes(256 * 1024);
  std::size_t pieces = 0;
  while (exchange.write(piece) == Exchange::Sent::more) REQUIRE(++pieces < 100);

  CHECK(exchange.write(piece) == Exchange::Sent::answered);
  exchange.finish_body();
  CHECK(exchange.response().status == 400);
  CHECK(exchange.read_all(100) == "no");
}

TEST_CASE("exchange: a server that goes away while it is sent to has closed the connection", "[http]") {
  FakeEngine engine{{{.request = "POST", .bytes = "", .when = FakeAnswer::When::before_body, .body_bytes = 300'000}}};

  Exchange exchange{endpoint_of(engine)};
  exchange.begin({"POST", "/load"});
  const std::vector<std::byte> piece = make_bytes(256 * 1024);
  while (exchange.write(piece) == Exchange::Sent::more) {
  }
  const Error error = error_of([&] { (void)exchange.response(); });

  CHECK(error.code() == Errc::unreachable);
  CHECK(error.detail().what == "closed the connection without an answer");
  CHECK(error.detail().subject == engine.socket().string());
}

TEST_CASE("exchange: an answer that drips is put together", "[http]") {
  FakeEngine engine{{{.bytes = make_chunked_response(200, "hello, dripping world", 3), .piece = 1, .pause = 1ms}}};

  Exchange exchange{endpoint_of(engine)};
  exchange.send({"GET", "/"});

  CHECK(exchange.read_all(1000) == "hello, dripping world");
}

TEST_CASE("exchange: a body that is cut is an error, not an end", "[http]") {
  const std::string chunked = make_chunked_response(200, std::string(100'000, 'x'));
  const std::string bytes = GENERATE_COPY(chunked.substr(0, chunked.size() - 5), chunked.substr(0, 50'000),
                                          make_response(200, "hello").substr(0, kAnswer.size() - 1));
  FakeEngine engine{{{.bytes = bytes}}};

  Exchange exchange{endpoint_of(engine)};
  exchange.send({"GET", "/"});
  REQUIRE(exchange.response().status == 200);
  const Error error = error_of([&] { (void)exchange.read_all(1'000'000); });

  CHECK(error.code() == Errc::refused);
  CHECK(error.detail().what == "the answer is cut: its body ends before its framing says so");
  CHECK(error_of([&] { (void)exchange.read(); }).code() == Errc::refused);
}

TEST_CASE("exchange: a body without framing is read until the server closes", "[http]") {
  FakeEngine engine{{{.bytes = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n400 Bad Request"}}};

  Exchange exchange{endpoint_of(engine)};
  exchange.send({"GET", "/"});

  CHECK(exchange.read_all(100) == "400 Bad Request");
}

TEST_CASE("exchange: a whole body above its cap is an error", "[http]") {
  FakeEngine engine{{{.bytes = make_chunked_response(200, std::string(1000, 'x'), 100)}}};

  Exchange exchange{endpoint_of(engine)};
  exchange.send({"GET", "/"});

  CHECK(error_of([&] { (void)exchange.read_all(999); }).code() == Errc::limit);
}

TEST_CASE("exchange: a server that never answers is waited for as long as was said", "[http]") {
  FakeEngine engine{{{.bytes = "", .end = FakeAnswer::End::hold}}};

  Exchange exchange{endpoint_of(engine, 50ms)};
  exchange.send({"GET", "/"});
  const Error error = error_of([&] { (void)exchange.response(); });

  CHECK(error.code() == Errc::timed_out);
  CHECK(error.detail().subject == engine.socket().string());
}

TEST_CASE("exchange: a header that drips does not stretch the wait for it", "[http]") {
  FakeEngine engine{{{.bytes = make_response(200, std::string(100, 'x')), .piece = 1, .pause = 20ms}}};

  Exchange exchange{endpoint_of(engine, 200ms)};
  exchange.send({"GET", "/"});

  CHECK(error_of([&] { (void)exchange.response(); }).code() == Errc::timed_out);
}

TEST_CASE("exchange: an interim answer does not limit the wait for the other one", "[http]") {
  const auto interim = GENERATE(100, 102, 103);
  // So long that the other answer is one piece.
  const std::string first =
      "HTTP/1.1 " + std::to_string(interim) + " Wait\r\nLink: " + std::string(kAnswer.size(), 'x') + "\r\n\r\n";
  FakeEngine engine{{{.bytes = first + kAnswer, .piece = first.size(), .pause = 200ms}}};

  Exchange exchange{{engine.socket(), {.response = 50ms, .idle = 5s}}};
  exchange.begin({"POST", "/load"});
  exchange.finish_body();

  CHECK(exchange.read_all(100) == "hello");
}

TEST_CASE("exchange: a body that stalls is an error, one that drips is not", "[http]") {
  const std::string whole = make_response(200, "0123456789");
  FakeEngine engine{{{.request = "/stalls", .bytes = whole.substr(0, whole.size() - 5), .end = FakeAnswer::End::hold},
                     {.request = "/drips", .bytes = whole, .piece = 1, .pause = 2ms}}};

  Exchange stalls{endpoint_of(engine, 150ms)};
  stalls.send({"GET", "/stalls"});
  Exchange drips{{engine.socket(), {.response = 5s, .idle = 150ms}}};
  drips.send({"GET", "/drips"});

  CHECK(error_of([&] { (void)stalls.read_all(100); }).code() == Errc::timed_out);
  CHECK(drips.read_all(100) == "0123456789");
}

TEST_CASE("exchange: a server that takes nothing more is an error when it is idle too long", "[http]") {
  FakeEngine engine{{{.bytes = "", .when = FakeAnswer::When::before_body, .end = FakeAnswer::End::hold}}};

  Exchange exchange{endpoint_of(engine, 100ms)};
  exchange.begin({"POST", "/"});
  const std::vector<std::byte> piece = make_bytes(256 * 1024);

  // The fake reads on while it holds; so it is asked for an answer that never comes.
  CHECK(exchange.write(piece) == Exchange::Sent::more);
  exchange.finish_body();
  CHECK(error_of([&] { (void)exchange.response(); }).code() == Errc::timed_out);
}

TEST_CASE("exchange: a stop request ends a wait without limit at once", "[http]") {
  FakeEngine engine{{{.bytes = "", .end = FakeAnswer::End::hold}}};
  std::stop_source stop;
  Endpoint endpoint = endpoint_of(engine);
  endpoint.stop = stop.get_token();

  Exchange exchange{endpoint};
  exchange.send({"GET", "/"});
  const std::jthread asker{[&] { stop.request_stop(); }};
  const Error error = error_of([&] { (void)exchange.response(http::Patience::endless); });

  CHECK(error.code() == Errc::cancelled);
}

TEST_CASE("exchange: a stop request that came before is seen by every call", "[http]") {
  FakeEngine engine{{{.bytes = kAnswer}}};
  std::stop_source stop;
  Endpoint endpoint = endpoint_of(engine);
  endpoint.stop = stop.get_token();
  Exchange exchange{endpoint};
  stop.request_stop();

  CHECK(error_of([&] { exchange.send({"GET", "/"}); }).code() == Errc::cancelled);
  CHECK(error_of([&] { Exchange{endpoint}; }).code() == Errc::cancelled);
}

TEST_CASE("exchange: a request that would split a line is not sent", "[http]") {
  FakeEngine engine{{{.bytes = kAnswer}}};

  Exchange exchange{endpoint_of(engine)};

  CHECK(error_of([&] { exchange.send({"GET", "/a\r\nX: y"}); }).code() == Errc::bad_text);
}

TEST_CASE("exchange: why a socket cannot be used is said with its path", "[http]") {
  const FakeEngine engine{{}};
  const std::filesystem::path directory = engine.socket().parent_path();
  const std::filesystem::path file = directory / "file";
  std::ofstream{file} << "text";

  SECTION("not there") {
    const Error error = connect_error(directory / "missing.sock");
    CHECK(error.code() == Errc::unreachable);
    CHECK(error.side() == Side::output);
    CHECK(error.detail().subject == (directory / "missing.sock").string());
    CHECK(error.detail().what == "no such socket");
    CHECK_FALSE(error.detail().hint.empty());
  }
  SECTION("a file") { CHECK(connect_error(file).detail().what == "not a socket"); }
  SECTION("a directory") { CHECK(connect_error(directory).detail().what == "not a socket"); }
  SECTION("below a file") { CHECK(connect_error(file / "x").detail().what == "cannot connect"); }
  SECTION("no path") { CHECK(connect_error("").detail().what == "not a path of a socket"); }
  SECTION("longer than an address can be") {
    const Error error = connect_error(directory / std::string(200, 'x'));
    CHECK(error.detail().what == "the socket's path is too long");
    CHECK(error.detail().expected == "at most 107 bytes");
  }
}

namespace {

/// A socket of its own kind, bound to a path; closed at the end, but not removed.
class BoundSocket {
 public:
  BoundSocket(const std::filesystem::path& path, int type) : descriptor_(::socket(AF_UNIX, type, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.native().copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
    REQUIRE(::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  BoundSocket(const BoundSocket&) = delete;
  BoundSocket& operator=(const BoundSocket&) = delete;
  ~BoundSocket() { ::close(descriptor_); }
  [[nodiscard]] int get() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace

TEST_CASE("exchange: a socket that nobody listens on, or that is no stream, is unreachable", "[http]") {
  const FakeEngine engine{{}};
  const std::filesystem::path path = engine.socket().parent_path() / "other.sock";

  SECTION("nobody listens") {
    { const BoundSocket left_behind{path, SOCK_STREAM}; }
    CHECK(connect_error(path).detail().what == "nobody listens on this socket");
  }
  SECTION("datagrams") {
    const BoundSocket datagrams{path, SOCK_DGRAM};
    CHECK(connect_error(path).detail().what == "a socket, but not a stream");
  }
}

TEST_CASE("exchange: a server that accepts no connection is waited for as long as was said", "[http]") {
  const FakeEngine engine{{}};
  const std::filesystem::path path = engine.socket().parent_path() / "full.sock";
  const BoundSocket full{path, SOCK_STREAM};
  REQUIRE(::listen(full.get(), 0) == 0);
  const Endpoint endpoint{.socket = path, .timeouts = {.connect = 50ms}};
  const Exchange first{endpoint};

  CHECK(error_of([&] { Exchange{endpoint}; }).code() == Errc::timed_out);
}

TEST_CASE("exchange: a socket without permission is unreachable", "[http]") {
  const FakeEngine engine{{}};
  std::filesystem::permissions(engine.socket(), std::filesystem::perms::none);

  // Root has every permission, and so becomes nobody for the moment.
  constexpr uid_t kNobody = 65534;
  const bool is_root = ::geteuid() == 0;
  if (is_root) REQUIRE(::seteuid(kNobody) == 0);
  const Error error = connect_error(engine.socket());
  if (is_root) REQUIRE(::seteuid(0) == 0);

  CHECK(error.detail().what == "no permission to use this socket");
}
