#include <atomic>
#include <chrono>
#include <thread>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "unit/registry/upload_scene.hpp"

using namespace occy;
using namespace occy::test;
using occy::registry::Repository;

TEST_CASE("blob upload: a login stays with its registry when the upload goes elsewhere", "[registry]") {
  FakeRegistry storage([](const ServedRequest&) { return ServedReply{.bytes = make_answer(201)}; });
  FakeRegistry server([&](const ServedRequest& request) -> std::optional<ServedReply> {
    if (request.field("Authorization").empty())
      return ServedReply{.bytes = make_answer(401, {}, "WWW-Authenticate: Basic realm=\"r\"\r\n")};
    return ServedReply{.bytes = make_answer(202, {}, "Location: http://" + storage.address() + "/put?x=1\r\n")};
  });
  RegistryPlace place = server.image();
  place.login = Login{.username = "bob", .password = "secret"};
  Repository repository(RegistrySession(FakeRegistry::options()), place, Side::output);
  send(repository, "small", sha256("small"));

  REQUIRE(storage.requests().size() == 1);
  CHECK(storage.requests()[0].line.starts_with("PUT /put?x=1&digest=sha256%3A"));
  CHECK(storage.requests()[0].field("Authorization").empty());
}

TEST_CASE("blob upload: a token that ends while a stream is sent is replaced, without a retry", "[registry]") {
  const auto then = GENERATE(ServedReply::Then::hold, ServedReply::Then::ignore, ServedReply::Then::close);
  FakeRegistry server(
      [&](const ServedRequest& request) -> std::optional<ServedReply> {
        if (!request.line.starts_with("PATCH") || !request.field("Authorization").empty()) return std::nullopt;
        return ServedReply{.bytes = make_answer(401, {}, "WWW-Authenticate: Basic realm=\"r\"\r\n"), .then = then};
      },
      read_once(1000));
  RegistryPlace place = server.image();
  place.login = Login{.username = "bob", .password = "secret"};
  const RegistrySession session(FakeRegistry::options());
  Repository repository(session, place, Side::output);
  send(repository, kHugeUpload, sha256(kHugeUpload));

  CHECK(server.blob(sha256(kHugeUpload)) == kHugeUpload);
  CHECK(session.traffic().retries == 0);
  CHECK(server.count("PATCH") == 2);
}

TEST_CASE("blob upload: a token that is found to have ended when all was sent is replaced", "[registry]") {
  FakeRegistry server([](const ServedRequest& request) -> std::optional<ServedReply> {
    if (!request.line.starts_with("PATCH") || !request.field("Authorization").empty()) return std::nullopt;
    return ServedReply{.bytes = make_answer(401, {}, "WWW-Authenticate: Basic realm=\"r\"\r\n")};
  });
  RegistryPlace place = server.image();
  place.login = Login{.username = "bob", .password = "secret"};
  Repository repository(RegistrySession(FakeRegistry::options()), place, Side::output);
  const std::string bytes = upload_bytes(kUploadChunk + 1);

  // All of it has gone by: what the registry said no to is not held any more.
  CHECK(error_of([&] { send(repository, bytes, sha256(bytes)); }).code() == Errc::interrupted);
  send(repository, bytes, sha256(bytes));

  CHECK(server.blob(sha256(bytes)) == bytes);
}

TEST_CASE("blob upload: a registry that says no to each new token is not asked without end", "[registry]") {
  std::atomic<int> tokens = 0;
  std::function<void()> renew;
  FakeRegistry* self = nullptr;
  FakeRegistry server(
      [&](const ServedRequest& request) -> std::optional<ServedReply> {
        if (request.line.starts_with("GET /token"))
          return ServedReply{.bytes =
                                 make_answer(200, R"({"expires_in":1,"token":")" + std::to_string(++tokens) + R"("})")};
        if (request.line.starts_with("PATCH") && self->count("PATCH") < 5) {
          // Another transfer renews the token in the meantime.
          std::this_thread::sleep_for(std::chrono::milliseconds(1100));
          renew();
        } else if (!request.field("Authorization").empty()) {
          return std::nullopt;
        }
        return ServedReply{
            .bytes = make_answer(
                401, {}, "WWW-Authenticate: Bearer realm=\"http://" + self->address() + "/token\",service=\"s\"\r\n")};
      },
      [](const ServedRequest& request) {
        return request.line.starts_with("PATCH") ? std::size_t{1000} : std::string::npos;
      });
  self = &server;
  Repository repository = open_target(server);
  renew = [&] { (void)repository.find_blob(sha256("another")); };

  const Error error = error_of([&] { send(repository, kHugeUpload, sha256(kHugeUpload)); });

  CHECK(error.detail().what == "not authorized as anonymous");
  CHECK(server.count("PATCH") == 2);
}
