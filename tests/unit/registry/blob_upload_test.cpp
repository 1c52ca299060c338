#include "registry/blob_upload.hpp"

#include "registry/repository.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/fake_registry.hpp"

using namespace occy;
using namespace occy::test;
using occy::registry::Repository;

namespace {

constexpr std::size_t kChunk = std::size_t{5} << 20U;

std::string bytes_of(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 7 + (i >> 8U));
  return bytes;
}

const std::string kLarge = bytes_of(2 * kChunk + 1000);

void send(Repository& repository, const std::string& bytes, const Digest& digest) {
  const auto upload = repository.begin_upload();
  upload->write(std::as_bytes(std::span(bytes)));
  upload->commit(digest);
}

Repository open(const FakeRegistry& server) {
  return {RegistrySession(FakeRegistry::options()), server.image(), Side::output};
}

Digest upload(FakeRegistry& server, const std::string& bytes) {
  const Digest digest = sha256(bytes);
  Repository repository = open(server);
  send(repository, bytes, digest);
  return digest;
}

FakeRegistry::Fault once(std::string beginning, std::function<std::optional<Reply>(const ServedRequest&)> action) {
  return [=, left = std::make_shared<std::atomic<int>>(1)](const ServedRequest& request) -> std::optional<Reply> {
    if (!request.line.starts_with(beginning) || left->fetch_sub(1) <= 0) return std::nullopt;
    return action(request);
  };
}

const Reply kCut{.bytes = "", .then = Reply::Then::cut};

}  // namespace

TEST_CASE("blob upload: a small blob takes two requests", "[registry]") {
  FakeRegistry server;
  const auto size = GENERATE(std::size_t{0}, std::size_t{1}, kChunk);
  const std::string bytes = bytes_of(size);

  CHECK(server.blob(upload(server, bytes)) == bytes);
  CHECK(server.requests().size() == 2);
  CHECK(server.count("PATCH") == 0);
  CHECK(server.requests()[1].field("Content-Range").empty());
}

TEST_CASE("blob upload: a large one goes in chunks", "[registry]") {
  FakeRegistry server;

  CHECK(server.blob(upload(server, kLarge)) == kLarge);
  CHECK(server.count("PATCH") == 2);
  CHECK(server.count("PUT") == 1);
  CHECK(server.requests()[1].field("Content-Range") == "0-5242879");
  CHECK(server.requests()[3].field("Content-Range") == "10485760-10486759");
}

TEST_CASE("blob upload: a chunk whose connection broke goes on from what the registry has", "[registry]") {
  const auto taken = GENERATE(std::size_t{0}, std::size_t{1000}, kChunk);
  FakeRegistry* self = nullptr;
  FakeRegistry server(once("PATCH", [&](const ServedRequest& request) {
    self->take_part(request, taken);
    return kCut;
  }));
  self = &server;

  CHECK(server.blob(upload(server, kLarge)) == kLarge);
  CHECK(server.count("GET") == 1);
}

TEST_CASE("blob upload: an answer that tells of less than was sent is believed", "[registry]") {
  FakeRegistry* self = nullptr;
  FakeRegistry server(once("PATCH", [&](const ServedRequest& request) {
    self->take_part(request, 100);
    return Reply{.bytes = make_answer(202, {}, "Range: 0-99\r\n")};
  }));
  self = &server;
  CHECK(server.blob(upload(server, kLarge)) == kLarge);
}

TEST_CASE("blob upload: a registry that has something else is not sent more", "[registry]") {
  FakeRegistry server(once(
      "PATCH", [](const ServedRequest&) { return Reply{.bytes = make_answer(202, {}, "Range: 0-99999999\r\n")}; }));
  const Error error = error_of([&] { (void)upload(server, kLarge); });
  CHECK(error.code() == Errc::refused);
  CHECK(error.detail().found == "100000000");
  CHECK(server.open_uploads() == 0);
}

TEST_CASE("blob upload: what passes is waited for", "[registry]") {
  const auto line = GENERATE("POST", "PATCH", "PUT");
  const auto status = GENERATE(429U, 500U, 503U);
  FakeRegistry server(once(line, [=](const ServedRequest&) { return Reply{.bytes = make_answer(status)}; }));
  CHECK(server.blob(upload(server, kLarge)) == kLarge);
  CHECK(server.open_uploads() == 0);
}

TEST_CASE("blob upload: an end whose answer was lost is no second upload", "[registry]") {
  FakeRegistry* self = nullptr;
  FakeRegistry server([&](const ServedRequest& request) -> std::optional<Reply> {
    if (!request.line.starts_with("PUT")) return std::nullopt;
    if (self->blob(sha256("small")))
      return Reply{.bytes = make_answer(404, R"({"errors":[{"code":"BLOB_UPLOAD_UNKNOWN"}]})")};
    self->put_blob(request.body);
    return kCut;
  });
  self = &server;
  CHECK(server.blob(upload(server, "small")) == "small");
  CHECK(server.count("POST") == 1);
}

TEST_CASE("blob upload: an upload that was forgotten begins again while all of it is held", "[registry]") {
  FakeRegistry server(once("PUT", [](const ServedRequest&) {
    return Reply{.bytes = make_answer(404, R"({"errors":[{"code":"BLOB_UPLOAD_UNKNOWN"}]})")};
  }));
  CHECK(server.blob(upload(server, "small")) == "small");
}

TEST_CASE("blob upload: one that was forgotten later has to be sent from its beginning", "[registry]") {
  const Reply gone{.bytes = make_answer(404, R"({"errors":[{"code":"BLOB_UPLOAD_UNKNOWN"}]})")};
  FakeRegistry server(once("PUT", [=](const ServedRequest&) { return gone; }));
  const Error error = error_of([&] { (void)upload(server, kLarge); });
  CHECK(error.code() == Errc::interrupted);
  CHECK(error.detail().what == "the registry has lost the upload");
}

TEST_CASE("blob upload: other bytes than the digest promises are refused", "[registry]") {
  FakeRegistry server;
  Repository repository = open(server);
  const Error error = error_of([&] { send(repository, "bytes", sha256("others")); });
  CHECK(error.code() == Errc::digest_mismatch);
  CHECK(error.side() == Side::output);
}

TEST_CASE("blob upload: one that is dropped is cancelled", "[registry]") {
  FakeRegistry server;
  Repository repository = open(server);
  repository.begin_upload()->write(std::as_bytes(std::span(kLarge)));
  CHECK(server.open_uploads() == 0);
  CHECK(server.count("DELETE") == 1);
}

TEST_CASE("blob upload: a login stays with its registry when the upload goes elsewhere", "[registry]") {
  FakeRegistry storage([](const ServedRequest&) { return Reply{.bytes = make_answer(201)}; });
  FakeRegistry server([&](const ServedRequest& request) -> std::optional<Reply> {
    if (request.field("Authorization").empty())
      return Reply{.bytes = make_answer(401, {}, "WWW-Authenticate: Basic realm=\"r\"\r\n")};
    return Reply{.bytes = make_answer(202, {}, "Location: http://" + storage.address() + "/put?x=1\r\n")};
  });
  RegistryPlace place = server.image();
  place.login = Login{.username = "bob", .password = "secret"};
  Repository repository(RegistrySession(FakeRegistry::options()), place, Side::output);
  send(repository, "small", sha256("small"));

  REQUIRE(storage.requests().size() == 1);
  CHECK(storage.requests()[0].line.starts_with("PUT /put?x=1&digest=sha256%3A"));
  CHECK(storage.requests()[0].field("Authorization").empty());
}

TEST_CASE("blob upload: a token that ends in between is replaced, and the same chunk sent", "[registry]") {
  FakeRegistry server([](const ServedRequest& request) -> std::optional<Reply> {
    if (!request.line.starts_with("PATCH") || !request.field("Authorization").empty()) return std::nullopt;
    return Reply{.bytes = make_answer(401, {}, "WWW-Authenticate: Basic realm=\"r\"\r\n")};
  });
  RegistryPlace place = server.image();
  place.login = Login{.username = "bob", .password = "secret"};
  Repository repository(RegistrySession(FakeRegistry::options()), place, Side::output);
  send(repository, kLarge, sha256(kLarge));

  CHECK(server.blob(sha256(kLarge)) == kLarge);
}
