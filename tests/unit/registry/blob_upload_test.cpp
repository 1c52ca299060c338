#include <atomic>
#include <thread>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "unit/registry/upload_scene.hpp"

using namespace occy;
using namespace occy::test;
using occy::registry::Repository;

namespace {

const std::string kLarge = upload_bytes(2 * kUploadChunk + 1000);

Digest upload(FakeRegistry& server, const std::string& bytes) {
  const Digest digest = sha256(bytes);
  Repository repository = open_target(server);
  send(repository, bytes, digest);
  return digest;
}

FakeRegistry::Fault once(std::string beginning,
                         std::function<std::optional<ServedReply>(const ServedRequest&)> action) {
  return [=, left = std::make_shared<std::atomic<int>>(1)](const ServedRequest& request) -> std::optional<ServedReply> {
    if (!request.line.starts_with(beginning) || left->fetch_sub(1) <= 0) return std::nullopt;
    return action(request);
  };
}

const ServedReply kCut{.bytes = "", .then = ServedReply::Then::cut};

}  // namespace

TEST_CASE("blob upload: a small blob takes two requests", "[registry]") {
  FakeRegistry server;
  const auto size = GENERATE(std::size_t{0}, std::size_t{1}, kUploadChunk);
  const std::string bytes = upload_bytes(size);

  CHECK(server.blob(upload(server, bytes)) == bytes);
  CHECK(server.requests().size() == 2);
  CHECK(server.count("PATCH") == 0);
  CHECK(server.requests()[1].field("Content-Range").empty());
}

TEST_CASE("blob upload: a large one goes in one part, as it is written", "[registry]") {
  FakeRegistry server;
  const auto size = GENERATE(kUploadChunk + 1, kLarge.size());
  const std::string bytes = upload_bytes(size);

  CHECK(server.blob(upload(server, bytes)) == bytes);
  const auto requests = server.requests();
  REQUIRE(requests.size() == 3);
  CHECK(requests[1].line.starts_with("PATCH"));
  CHECK(requests[1].body.size() == size);
  CHECK(requests[1].field("Content-Range").empty());
  CHECK(requests[2].line.starts_with("PUT"));
  CHECK(requests[2].field("Content-Length") == "0");
}

TEST_CASE("blob upload: one that is written in small pieces", "[registry]") {
  FakeRegistry server;
  Repository repository = open_target(server);
  const auto upload = repository.begin_upload();
  for (std::size_t at = 0; at < kLarge.size(); at += 99'991)
    upload->write(std::as_bytes(std::span(kLarge)).subspan(at, std::min<std::size_t>(99'991, kLarge.size() - at)));
  upload->commit(sha256(kLarge));

  CHECK(server.blob(sha256(kLarge)) == kLarge);
  CHECK(server.count("PATCH") == 1);
}

TEST_CASE("blob upload: a stream whose answer was lost goes on from what the registry has", "[registry]") {
  const auto missing = GENERATE(std::size_t{0}, std::size_t{1000}, kUploadChunk);
  FakeRegistry* self = nullptr;
  FakeRegistry server(once("PATCH", [&](const ServedRequest& request) {
    self->take_part(request, kLarge.size() - missing);
    return kCut;
  }));
  self = &server;

  CHECK(server.blob(upload(server, kLarge)) == kLarge);
  CHECK(server.count("GET") == 1);
  CHECK(server.requests().back().body.size() == missing);
}

TEST_CASE("blob upload: a stream of which the registry has less than can be sent again was interrupted", "[registry]") {
  const auto taken = GENERATE(std::size_t{0}, kLarge.size() - kUploadChunk - 1);
  FakeRegistry* self = nullptr;
  FakeRegistry server(once("PATCH", [&](const ServedRequest& request) {
    self->take_part(request, taken);
    return kCut;
  }));
  self = &server;

  const Error error = error_of([&] { (void)upload(server, kLarge); });
  CHECK(error.code() == Errc::interrupted);
  CHECK(error.detail().what == "the registry has lost a part of the upload");
  CHECK(error.detail().found == std::to_string(taken) + ", after: closed the connection without an answer");
  CHECK(server.open_uploads() == 0);
}

TEST_CASE("blob upload: a stream that breaks goes on in chunks that name their place", "[registry]") {
  const auto then = GENERATE(ServedReply::Then::cut, ServedReply::Then::reset);
  const std::size_t taken = GENERATE(0U, 2U, 3'000'000U, 8'000'000U);
  FakeRegistry* self = nullptr;
  FakeRegistry server(once("PATCH",
                           [&](const ServedRequest& request) {
                             self->take_part(request, taken);
                             return ServedReply{.bytes = "", .then = then};
                           }),
                      read_once(taken));
  self = &server;

  CHECK(server.blob(upload(server, kHugeUpload)) == kHugeUpload);
  const auto requests = server.requests();
  REQUIRE(requests.size() > 4);
  CHECK(requests[2].line.starts_with("GET"));
  CHECK(requests[3].field("Content-Range").starts_with(std::to_string(taken) + "-"));
  std::size_t sent = taken;
  for (std::size_t i = 3; i < requests.size(); ++i) sent += requests[i].body.size();
  CHECK(sent == kHugeUpload.size());
}

TEST_CASE("blob upload: a registry that says no to a stream is not sent the rest", "[registry]") {
  const auto then = GENERATE(ServedReply::Then::hold, ServedReply::Then::ignore, ServedReply::Then::close);
  const auto [given, what] = GENERATE(table<unsigned, std::string>({{413U, "the registry refused"},
                                                                    {403U, "access denied to anonymous"},
                                                                    {202U, "the registry gave an unexpected answer"}}));
  const unsigned status = given;  // clang 14 captures no structured binding
  FakeRegistry server(
      [&](const ServedRequest& request) -> std::optional<ServedReply> {
        if (!request.line.starts_with("PATCH")) return std::nullopt;
        return ServedReply{.bytes = make_answer(status), .then = then};
      },
      [](const ServedRequest& request) { return request.line.starts_with("PATCH") ? 10 : std::string::npos; });

  const Error error = error_of([&] { (void)upload(server, kHugeUpload); });

  CHECK(error.code() == Errc::refused);
  CHECK(error.detail().what == what);
  CHECK(error.detail().found == "status " + std::to_string(status));
  CHECK(server.count("PATCH") == 1);
  CHECK(server.open_uploads() == 0);
}

TEST_CASE("blob upload: what passes may be said while the stream is sent", "[registry]") {
  const auto status = GENERATE(429U, 500U, 503U);
  const auto then = GENERATE(ServedReply::Then::hold, ServedReply::Then::ignore, ServedReply::Then::close);
  FakeRegistry server(once("PATCH",
                           [&](const ServedRequest&) {
                             return ServedReply{.bytes = make_answer(status, {}, "Retry-After: 0\r\n"), .then = then};
                           }),
                      read_once(1000));

  CHECK(server.blob(upload(server, kHugeUpload)) == kHugeUpload);
}

TEST_CASE("blob upload: a registry that wants to know lengths gets chunks", "[registry]") {
  const auto then = GENERATE(ServedReply::Then::hold, ServedReply::Then::ignore, ServedReply::Then::close);
  FakeRegistry server(
      [&](const ServedRequest& request) -> std::optional<ServedReply> {
        if (!request.line.starts_with("PATCH") || !request.field("Content-Length").empty()) return std::nullopt;
        return ServedReply{.bytes = make_answer(411), .then = then};
      },
      read_once(0));

  CHECK(server.blob(upload(server, kHugeUpload)) == kHugeUpload);
  CHECK(server.count("PATCH") == 4);
}

TEST_CASE("blob upload: a registry that wants large chunks gets none that is smaller", "[registry]") {
  constexpr std::size_t kMin = std::size_t{8} << 20U;
  const std::string bytes = upload_bytes(2 * kMin + 1000);
  FakeRegistry* self = nullptr;
  FakeRegistry server(once("PATCH", [&](const ServedRequest& request) {
    self->take_part(request, request.body.size() - kMin);
    return kCut;
  }));
  self = &server;
  server.least_chunk = kMin;

  CHECK(server.blob(upload(server, bytes)) == bytes);
  CHECK(server.requests()[1].body.size() > kMin);
  CHECK(server.requests().back().body.size() == kMin);
  CHECK(server.blob(upload(server, upload_bytes(kMin))) == upload_bytes(kMin));
}

TEST_CASE("blob upload: an answer that tells of less than was sent is believed", "[registry]") {
  FakeRegistry* self = nullptr;
  FakeRegistry server(once("PATCH", [&](const ServedRequest& request) {
    self->take_part(request, kLarge.size() - 100);
    return ServedReply{.bytes = make_answer(202, {}, "Range: 0-" + std::to_string(kLarge.size() - 101) + "\r\n")};
  }));
  self = &server;
  CHECK(server.blob(upload(server, kLarge)) == kLarge);
}

TEST_CASE("blob upload: a registry that has something else is not sent more", "[registry]") {
  FakeRegistry server(once("PATCH", [](const ServedRequest&) {
    return ServedReply{.bytes = make_answer(202, {}, "Range: 0-99999999\r\n")};
  }));
  const Error error = error_of([&] { (void)upload(server, kLarge); });
  CHECK(error.code() == Errc::refused);
  CHECK(error.detail().found == "100000000");
  CHECK(server.open_uploads() == 0);
}

TEST_CASE("blob upload: a registry that has lost what it said it had was interrupted", "[registry]") {
  std::atomic<int> parts = 0;
  FakeRegistry server(
      [&](const ServedRequest& request) -> std::optional<ServedReply> {
        if (!request.line.starts_with("PATCH")) return std::nullopt;
        if (request.field("Content-Length").empty()) return ServedReply{.bytes = make_answer(411)};
        if (++parts < 2) return std::nullopt;
        return ServedReply{.bytes = make_answer(202, {}, "Range: 0-999\r\n")};
      },
      read_once(0));

  const Error error = error_of([&] { (void)upload(server, kHugeUpload); });
  CHECK(error.code() == Errc::interrupted);
  CHECK(error.detail().what == "the registry has lost a part of the upload");
  CHECK(parts == 2);
}

TEST_CASE("blob upload: what passes is waited for", "[registry]") {
  const auto line = GENERATE("POST", "PATCH", "PUT");
  const auto status = GENERATE(429U, 500U, 503U);
  FakeRegistry* self = nullptr;
  FakeRegistry server(once(line, [&](const ServedRequest& request) {
    if (request.line.starts_with("PATCH")) self->take_part(request, request.body.size() - 1000);
    return ServedReply{.bytes = make_answer(status)};
  }));
  self = &server;
  CHECK(server.blob(upload(server, kLarge)) == kLarge);
  CHECK(server.open_uploads() == 0);
}

TEST_CASE("blob upload: an end whose answer was lost is no second upload", "[registry]") {
  FakeRegistry* self = nullptr;
  FakeRegistry server([&](const ServedRequest& request) -> std::optional<ServedReply> {
    if (!request.line.starts_with("PUT")) return std::nullopt;
    if (self->blob(sha256("small")))
      return ServedReply{.bytes = make_answer(404, R"({"errors":[{"code":"BLOB_UPLOAD_UNKNOWN"}]})")};
    self->put_blob(request.body);
    return kCut;
  });
  self = &server;
  CHECK(server.blob(upload(server, "small")) == "small");
  CHECK(server.count("POST") == 1);
}

TEST_CASE("blob upload: an upload that was forgotten begins again while all of it is held", "[registry]") {
  FakeRegistry server(once("PUT", [](const ServedRequest&) {
    return ServedReply{.bytes = make_answer(404, R"({"errors":[{"code":"BLOB_UPLOAD_UNKNOWN"}]})")};
  }));
  CHECK(server.blob(upload(server, "small")) == "small");
}

TEST_CASE("blob upload: one that was forgotten later has to be sent from its beginning", "[registry]") {
  const ServedReply gone{.bytes = make_answer(404, R"({"errors":[{"code":"BLOB_UPLOAD_UNKNOWN"}]})")};
  FakeRegistry server(once("PUT", [=](const ServedRequest&) { return gone; }));
  const Error error = error_of([&] { (void)upload(server, kLarge); });
  CHECK(error.code() == Errc::interrupted);
  CHECK(error.detail().what == "the registry has lost the upload");
}

TEST_CASE("blob upload: other bytes than the digest promises are refused", "[registry]") {
  FakeRegistry server;
  Repository repository = open_target(server);
  const Error error = error_of([&] { send(repository, "bytes", sha256("others")); });
  CHECK(error.code() == Errc::digest_mismatch);
  CHECK(error.side() == Side::output);
}

TEST_CASE("blob upload: one that is dropped is cancelled", "[registry]") {
  FakeRegistry server;
  Repository repository = open_target(server);
  repository.begin_upload()->write(std::as_bytes(std::span(kLarge)));
  CHECK(server.open_uploads() == 0);
  CHECK(server.count("DELETE") == 1);
}
