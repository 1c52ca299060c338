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
using Scheme = http::Origin::Scheme;
using Then = ServedReply::Then;
using Wishes = TestAuthority::Wishes;

namespace {

const Timeouts kTlsSoon{.connect = 5s, .response = 5s, .idle = 5s};

Call call_of(const FakeServer& server, const std::string& host = "127.0.0.1", Scheme scheme = Scheme::https) {
  return {.url = {{scheme, host, server.port()}, "/"}, .request = {"GET"}};
}

FakeServer::Answering say(const std::string& bytes, Then then = Then::keep) {
  return [=](const ServedRequest&) { return ServedReply{bytes, then}; };
}

FakeServer::Answering say_hello() { return say(make_answer(200, "hello")); }

/// A directory with an authority, and a client that trusts it.
struct Scene {
  TempDir directory;
  TestAuthority authority{directory.path(), "authority"};

  [[nodiscard]] ServerTls certified(const Wishes& wishes = {}) const {
    const auto [certificate, key] = authority.issue("server", wishes);
    return {certificate, key};
  }
  [[nodiscard]] http::ClientOptions trusting() const {
    return {.tls = {.authorities = authority.certificate()}, .timeouts = kTlsSoon};
  }
  [[nodiscard]] Error error_with(const Wishes& wishes, const std::string& host = "127.0.0.1") const {
    FakeServer server{say_hello(), certified(wishes)};
    Client client{trusting()};
    return error_of([&] { (void)client.send(call_of(server, host)); });
  }
};

}  // namespace

TEST_CASE("tls: a certificate of a trusted authority for this address", "[http]") {
  const Scene scene;
  FakeServer server{say_hello(), scene.certified()};
  Client client{scene.trusting()};

  for (int i = 0; i < 2; ++i) CHECK(client.send(call_of(server))->read_all(5) == "hello");

  CHECK(server.connections() == 1);
  CHECK(server.requests().at(0).server_name.empty());
}

TEST_CASE("tls: a server is told the name that it was asked for", "[http]") {
  const Scene scene;
  FakeServer server{say_hello(), scene.certified({.names = "DNS:localhost"})};
  Client client{scene.trusting()};

  CHECK(client.send(call_of(server, "localhost"))->read_all(5) == "hello");

  CHECK(server.requests().at(0).server_name == "localhost");
}

TEST_CASE("tls: large bodies go both ways", "[http]") {
  const Scene scene;
  const std::string body(3'000'001, 'b');
  FakeServer server{say(make_answer(200, body)), scene.certified()};
  Client client{scene.trusting()};
  Call call = call_of(server);
  call.request.method = "PUT";
  call.body = std::as_bytes(std::span{body});

  CHECK(client.send(call)->read_all(body.size()) == body);
  CHECK(server.requests().at(0).body == body);
}

TEST_CASE("tls: an authority that is not known", "[http]") {
  const Scene scene;
  FakeServer server{say_hello(), scene.certified()};
  Client client{{.timeouts = kTlsSoon}};

  const auto talk = [&] { (void)client.send(call_of(server)); };
  const Error error = error_of(talk);

  CHECK(error.code() == Errc::unreachable);
  CHECK_FALSE(is_transient(talk));
  CHECK(error.detail().subject == "127.0.0.1:" + std::to_string(server.port()));
  CHECK(error.detail().what == "the certificate is not trusted");
  CHECK(error.detail().found == "unknown authority (CN = authority)");
  CHECK(server.requests().empty());
}

TEST_CASE("tls: a self-signed certificate", "[http]") {
  const Error error = Scene{}.error_with({.signer = Wishes::Signer::itself});

  CHECK(error.detail().what == "the certificate is not trusted");
  CHECK(error.detail().found == "self-signed (CN = server)");
}

TEST_CASE("tls: a certificate for another name", "[http]") {
  const Error address = Scene{}.error_with({.names = "DNS:a.example,IP:127.0.0.2,IP:::1"});
  CHECK(address.detail().what == "the certificate is for another name");
  CHECK(address.detail().expected == "127.0.0.1");
  CHECK(address.detail().found == "a.example, 127.0.0.2, ::1");

  const Error name = Scene{}.error_with({.names = "IP:127.0.0.1"}, "localhost");
  CHECK(name.detail().what == "the certificate is for another name");
  CHECK(name.detail().expected == "localhost");
  CHECK(name.detail().found == "127.0.0.1");
}

TEST_CASE("tls: a name that no certificate can be held against is not taken for any", "[http]") {
  const std::string host{"localhost\0.example", 18};

  const Error error = Scene{}.error_with({.names = "DNS:other.example"}, host);

  CHECK(error.code() == Errc::unreachable);
  CHECK(error.detail().what == "no certificate can be for this name");
}

TEST_CASE("tls: a certificate out of its time", "[http]") {
  const Error expired = Scene{}.error_with({.valid_from = -2h, .valid_until = -1h});
  CHECK(expired.detail().what == "the certificate has expired");
  CHECK_THAT(expired.detail().found, contains_text("CN = server, valid until 2"));

  const Error early = Scene{}.error_with({.valid_from = 1h, .valid_until = 2h});
  CHECK(early.detail().what == "the certificate is not valid yet");
  CHECK_THAT(early.detail().found, contains_text("CN = server, valid from 2"));
}

TEST_CASE("tls: any certificate is good enough when that was said, and for those calls only", "[http]") {
  const Scene scene;
  FakeServer server{say_hello(),
                    scene.certified({.names = "DNS:b", .valid_until = -1s, .signer = Wishes::Signer::itself})};
  Client client{scene.trusting()};
  Call call = call_of(server);
  call.certificates = Call::Certificates::any;

  CHECK(client.send(call)->read_all(5) == "hello");
  CHECK(error_of([&] { (void)client.send(call_of(server)); }).code() == Errc::unreachable);
}

TEST_CASE("tls: a server that wants to know who one is", "[http]") {
  const Scene scene;
  ServerTls tls = scene.certified();
  tls.client_authority = scene.authority.certificate();
  FakeServer server{say_hello(), tls};
  http::ClientOptions options = scene.trusting();

  Client nobody{options};
  const auto talk = [&] { (void)nobody.send(call_of(server)); };
  const Error error = error_of(talk);
  CHECK(error.code() == Errc::unreachable);
  CHECK_FALSE(is_transient(talk));
  CHECK_THAT(std::string{error.what()}, contains_text("certificate required"));

  const auto [certificate, key] = scene.authority.issue("client");
  options.tls.client_certificate = certificate;
  options.tls.client_key = key;
  Client somebody{options};
  CHECK(somebody.send(call_of(server))->read_all(5) == "hello");
}

TEST_CASE("tls: a server of plain HTTP", "[http]") {
  FakeServer server{say("HTTP/1.1 400 Bad Request\r\n\r\n", Then::close)};
  Client client{{.timeouts = kTlsSoon}};

  const Error error = error_of([&] { (void)client.send(call_of(server)); });

  CHECK(error.code() == Errc::unreachable);
  CHECK(error.detail().what == "the server does not speak TLS");
  CHECK(error.detail().hint == "does it speak plain HTTP?");
}

TEST_CASE("tls: plain HTTP to a server of TLS that says so in its own way", "[http]") {
  FakeServer server{say({"\x15\x03\x01\x00\x02\x02\x46", 7}, Then::close)};
  Client client{{.timeouts = kTlsSoon}};

  const Error error = error_of([&] { (void)client.send(call_of(server, "127.0.0.1", Scheme::http)); });

  CHECK(error.code() == Errc::refused);
  CHECK(error.detail().what == "the server speaks TLS, not plain HTTP");
}

TEST_CASE("tls: the last word may be missing behind a body of known length, and only there", "[http]") {
  const Scene scene;
  const std::string body = GENERATE("Content-Length: 5\r\n\r\nhello", "\r\nhello");
  const Then then = GENERATE(Then::close, Then::cut);
  FakeServer server{say("HTTP/1.1 200 OK\r\nConnection: close\r\n" + body, then), scene.certified()};
  Client client{scene.trusting()};
  const auto answer = client.send(call_of(server));

  if (then == Then::cut && body.front() == '\r')
    CHECK(error_of([&] { (void)answer->read_all(5); }).code() == Errc::refused);
  else
    CHECK(answer->read_all(5) == "hello");
}

TEST_CASE("tls: a record that was spoilt on its way may pass the next time", "[http]") {
  const Scene scene;
  FakeServer server{say("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", Then::spoil), scene.certified()};
  Client client{scene.trusting()};
  const auto talk = [&] { (void)client.send(call_of(server))->read_all(9); };

  CHECK(is_transient(talk));
  CHECK_THAT(std::string{error_of(talk).what()}, contains_text("bad record mac"));
}

TEST_CASE("tls: files that cannot be used are refused at once", "[http]") {
  const Scene scene;
  const auto [certificate, key] = scene.authority.issue("client");
  const std::filesystem::path text = write_file(scene.directory / "text", "no PEM");
  const std::filesystem::path other = scene.authority.issue("other").key;
  const auto error_for = [](const TlsFiles& files) { return error_of([&] { Client{{.tls = files}}; }); };

  CHECK(error_for({.authorities = scene.directory / "none"}).code() == Errc::not_found);
  CHECK(error_for({.authorities = text}).detail().what == "no certificates in PEM");
  CHECK(error_for({.client_certificate = certificate}).detail().what ==
        "a client certificate and its key are given together");
  CHECK(error_for({.client_certificate = text, .client_key = key}).detail().what == "no certificate in PEM");
  for (const auto& wrong : {text, other}) {
    const Error error = error_for({.client_certificate = certificate, .client_key = wrong});
    CHECK(error.detail().what == "no key in PEM for the client certificate");
    CHECK(error.side() == Side::usage);
  }
}
