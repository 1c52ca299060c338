#include <arpa/inet.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <thread>

#include "http/client.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/fake_server.hpp"
#include "unit/http/transient.hpp"

using namespace occy;
using namespace occy::test;
using namespace std::chrono_literals;
using http::Call;
using http::Client;
using Scheme = http::Origin::Scheme;
using Then = ServedReply::Then;

namespace {

Call ask(const std::string& host, std::uint16_t port, Scheme scheme = Scheme::http) {
  return {.url = {{scheme, host, port}, "/"}, .request = {"GET"}};
}

FakeServer::Answering tell(const std::string& bytes, Then then = Then::keep) {
  return [=](const ServedRequest&) { return ServedReply{bytes, then}; };
}

/// A port with a full queue: the handshake of TCP is never answered.
class FullPort {
 public:
  FullPort() {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    if (::bind(listener_, raw(), size) != 0 || ::listen(listener_, 0) != 0) throw std::runtime_error("cannot listen");
    ::getsockname(listener_, raw(), &size);
    for (int& socket : clients_) {
      socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
      (void)::connect(socket, raw(), size);
    }
  }
  FullPort(const FullPort&) = delete;
  FullPort& operator=(const FullPort&) = delete;
  ~FullPort() {
    ::close(listener_);
    for (const int socket : clients_) ::close(socket);
  }
  [[nodiscard]] std::uint16_t port() const { return ntohs(address_.sin_port); }

 private:
  sockaddr* raw() { return reinterpret_cast<sockaddr*>(&address_); }

  int listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address_{};
  std::array<int, 4> clients_{};
};

/// While this lives, a thread that is made with the default stack is too large for any machine.
class NoThreads {
 public:
  NoThreads() {
    ::pthread_getattr_default_np(&before_);
    pthread_attr_t attributes = before_;
    ::pthread_attr_setstacksize(&attributes, std::size_t{1} << 47U);
    ::pthread_setattr_default_np(&attributes);
  }
  NoThreads(const NoThreads&) = delete;
  NoThreads& operator=(const NoThreads&) = delete;
  ~NoThreads() {
    ::pthread_setattr_default_np(&before_);
    ::pthread_attr_destroy(&before_);
  }

 private:
  pthread_attr_t before_{};
};

std::uint16_t closed_port() { return FakeServer{tell("")}.port(); }

}  // namespace

TEST_CASE("transport: nobody listens", "[http]") {
  const std::uint16_t port = closed_port();
  Client client{{}};

  const Error error = error_of([&] { (void)client.send(ask("127.0.0.1", port)); });

  CHECK(error.code() == Errc::unreachable);
  CHECK(error.detail().subject == "127.0.0.1:" + std::to_string(port));
  CHECK(error.detail().what == "cannot connect");
  CHECK(error.detail().found == "Connection refused");
  CHECK(is_transient([&] { (void)client.send(ask("127.0.0.1", port)); }));
}

TEST_CASE("transport: a name that does not resolve", "[http]") {
  Client client{{}};

  const Error error = error_of([&] { (void)client.send(ask("no-such-host.invalid", 80)); });

  CHECK((error.code() == Errc::unreachable || error.code() == Errc::timed_out));
  CHECK(error.detail().subject == "no-such-host.invalid");
}

TEST_CASE("transport: no thread to look a name up with is an error that may pass", "[http]") {
  Client client{{}};
  const auto talk = [&] {
    const NoThreads none;
    (void)client.send(ask("localhost", 80));
  };

  CHECK(error_of(talk).detail().what == "cannot look the name up");
  CHECK(is_transient(talk));
}

TEST_CASE("transport: a connection that is never answered times out, and ends on a stop request", "[http]") {
  const FullPort full;
  std::stop_source stop;

  Client hasty{{.timeouts = {.connect = 50ms}}};
  const Error late = error_of([&] { (void)hasty.send(ask("127.0.0.1", full.port())); });
  CHECK(late.code() == Errc::timed_out);
  CHECK(late.detail().found == "no connection in 0 s");

  Client patient{{.stop = stop.get_token()}};
  const std::jthread stopper{[&] {
    std::this_thread::sleep_for(20ms);
    stop.request_stop();
  }};
  CHECK(error_of([&] { (void)patient.send(ask("127.0.0.1", full.port())); }).code() == Errc::cancelled);
}

TEST_CASE("transport: an address of IPv6, and a name of which only one kind is served", "[http]") {
  FakeServer server{tell(make_answer(200, "hello")), {}, FakeServer::Family::ipv6};
  Client client{{}};

  CHECK(client.send(ask("::1", server.port()))->read_all(5) == "hello");
  CHECK(server.requests().at(0).field("Host") == "[::1]:" + std::to_string(server.port()));

  FakeServer old{tell(make_answer(200, "hello"))};
  CHECK(client.send(ask("localhost", old.port()))->read_all(5) == "hello");
}

TEST_CASE("transport: silence in each place is a timeout that may pass", "[http]") {
  const std::string bytes = GENERATE("", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello");
  FakeServer server{tell(bytes, Then::hold)};
  Client client{{.timeouts = {.connect = 5s, .response = 50ms, .idle = 50ms}}};
  const auto talk = [&] { (void)client.send(ask("127.0.0.1", server.port()))->read_all(9); };

  CHECK(error_of(talk).code() == Errc::timed_out);
  CHECK(is_transient(talk));
}

TEST_CASE("transport: a document that trickles in is not waited for", "[http]") {
  const std::string head = GENERATE("Content-Length: 1000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n1;a=");
  FakeServer server{[&](const ServedRequest&) {
    return ServedReply{.bytes = "HTTP/1.1 200 OK\r\n" + head, .trickle = std::string(1000, 'x')};
  }};
  Client client{{.timeouts = {.connect = 5s, .response = 100ms, .idle = 5s}}};

  const auto begin = std::chrono::steady_clock::now();
  const auto talk = [&] { (void)client.send(ask("127.0.0.1", server.port()))->read_all(1000); };
  const Error error = error_of(talk);

  CHECK(error.code() == Errc::timed_out);
  CHECK(error.detail().found == "bytes came too slowly while waiting for the rest of the answer");
  CHECK(is_transient(talk));
  CHECK(std::chrono::steady_clock::now() - begin < 5s);
}

TEST_CASE("transport: a header that trickles in is not waited for, whatever was sent", "[http]") {
  const std::string method = GENERATE("GET", "PUT", "PATCH", "POST");
  FakeServer server{[](const ServedRequest&) {
    return ServedReply{.bytes = "HTTP/1.1 200 OK\r\n", .trickle = "A: " + std::string(1000, 'x')};
  }};
  Client client{{.timeouts = {.connect = 5s, .response = 100ms, .idle = 5s}}};
  Call call = ask("127.0.0.1", server.port());
  call.request.method = method;

  const auto begin = std::chrono::steady_clock::now();
  const auto talk = [&] { (void)client.send(call); };
  CHECK(error_of(talk).code() == Errc::timed_out);
  CHECK(is_transient(talk));
  CHECK(std::chrono::steady_clock::now() - begin < 5s);
}

TEST_CASE("transport: of an error's body what comes is taken", "[http]") {
  const std::string head = "HTTP/1.1 500 No\r\n";
  const auto [reply, expected] = GENERATE_COPY(table<ServedReply, std::string>(
      {{{make_answer(500, "hello")}, "hello"},
       {{make_answer(500, "hello!!")}, "hello!"},
       {{head + "Content-Length: 9\r\n\r\nhello", Then::cut}, "hello"},
       {{head + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n"}, "hello"},
       {{head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n"}, ""},
       {{.bytes = head + "Content-Length: 1000\r\n\r\nhello", .trickle = std::string(1000, '!')}, "hello!"}}));
  FakeServer server{[&said = reply](const ServedRequest&) { return said; }};
  Client client{{.timeouts = {.connect = 5s, .response = 100ms, .idle = 5s}}};

  CHECK(client.send(ask("127.0.0.1", server.port()))->read_what_comes(6) == expected);
}

TEST_CASE("transport: an error's body that trickles in is not waited for", "[http]") {
  FakeServer server{[&](const ServedRequest&) {
    return ServedReply{.bytes = "HTTP/1.1 500 No\r\nContent-Length: 1000\r\n\r\n", .trickle = std::string(1000, 'x')};
  }};
  Client client{{.timeouts = {.connect = 5s, .response = 300ms, .idle = 5s}}};

  const auto begin = std::chrono::steady_clock::now();
  CHECK(client.send(ask("127.0.0.1", server.port()))->read_what_comes(1000).size() < 1000);
  CHECK(std::chrono::steady_clock::now() - begin < 5s);
}

TEST_CASE("transport: what nobody wants is not waited for, and a blob may be slow", "[http]") {
  FakeServer server{[&](const ServedRequest& request) {
    const std::size_t size = request.connection == 0 ? 1000 : 40;
    return ServedReply{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n",
                       .trickle = std::string(size, 'x')};
  }};
  Client client{{.timeouts = {.connect = 5s, .response = 300ms, .idle = 5s}}};

  const auto begin = std::chrono::steady_clock::now();
  client.send(ask("127.0.0.1", server.port()))->drain();
  CHECK(std::chrono::steady_clock::now() - begin < 5s);

  const auto answer = client.send(ask("127.0.0.1", server.port()));
  std::size_t bytes = 0;
  for (Block block = answer->read(); !block.empty(); block = answer->read()) bytes += block.size();
  CHECK(bytes == 40);
}

TEST_CASE("transport: a TLS handshake that is not answered is a timeout", "[http]") {
  FakeServer server{tell("")};
  Client client{{.timeouts = {.connect = 50ms}}};

  const Error error = error_of([&] { (void)client.send(ask("127.0.0.1", server.port(), Scheme::https)); });

  CHECK(error.code() == Errc::timed_out);
  CHECK_THAT(error.detail().found, contains_text("the TLS handshake"));
}

TEST_CASE("transport: a stop request ends a wait for the body", "[http]") {
  const bool whole = GENERATE(true, false);
  FakeServer server{tell("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", Then::hold)};
  std::stop_source stop;
  Client client{{.stop = stop.get_token()}};
  const auto answer = client.send(ask("127.0.0.1", server.port()));

  const std::jthread stopper{[&] {
    std::this_thread::sleep_for(20ms);
    stop.request_stop();
  }};

  const auto read = [&] { (void)(whole ? answer->read_all(9) : answer->read_what_comes(9)); };
  const Error error = error_of(read);
  CHECK(error.code() == Errc::cancelled);
}

TEST_CASE("transport: what is cut may pass, what is no HTTP will not", "[http]") {
  const auto [bytes, transient] =
      GENERATE(table<std::string, bool>({{"", true},
                                         {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", true},
                                         {"SSH-2.0-OpenSSH_9.2\r\n", false},
                                         {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nContent-Length: 8\r\n\r\n", false},
                                         {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", false}}));
  FakeServer server{tell(bytes, Then::close)};
  Client client{{}};

  CHECK(is_transient([&] { (void)client.send(ask("127.0.0.1", server.port()))->read_all(9); }) == transient);
}

TEST_CASE("transport: headers without bound are refused", "[http]") {
  std::string fields;
  for (int i = 0; i < 300; ++i) fields += "A: b\r\n";
  const std::string head = GENERATE_COPY(std::string{fields}, "A: " + std::string(100'000, 'b') + "\r\n");
  FakeServer server{tell(make_answer(200, "", head), Then::close)};
  Client client{{}};

  CHECK(error_of([&] { (void)client.send(ask("127.0.0.1", server.port())); }).code() == Errc::refused);
}

TEST_CASE("transport: many threads share a client", "[http]") {
  FakeServer server{tell(make_answer(200, "hello"))};
  Client client{{}};
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] {
        for (int n = 0; n < 20; ++n)
          if (client.send(ask("127.0.0.1", server.port()))->read_all(5) == "hello") ++good;
      });
  }

  CHECK(good == 80);
  CHECK(server.connections() <= 4);
}
