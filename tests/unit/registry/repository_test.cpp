#include "registry/repository.hpp"

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/fake_registry.hpp"
#include "support/memory_source.hpp"

using namespace occy;
using namespace occy::test;
using occy::registry::Repository;

namespace {

constexpr const char* kOciType = "application/vnd.oci.image.manifest.v1+json";
constexpr const char* kIndexType = "application/vnd.oci.image.index.v1+json";

std::string manifest_text(const std::string& config = "config") {
  return R"({"schemaVersion":2,"config":{"mediaType":"c","digest":")" + sha256(config).str() +
         R"(","size":6},"layers":[]})";
}

Repository open_repository(const FakeRegistry& server, const std::string& reference = "1", Side side = Side::input) {
  return {RegistrySession(FakeRegistry::options()), server.image(reference), side};
}

}  // namespace

TEST_CASE("repository: a manifest comes by tag and by digest", "[registry]") {
  FakeRegistry server;
  const Digest digest = server.put_manifest("1", kOciType, manifest_text());
  Repository repository = open_repository(server);

  for (const std::string& reference : {std::string("1"), digest.str()}) {
    const ImageManifest manifest = repository.manifest(reference);
    CHECK(manifest.bytes == manifest_text());
    CHECK(manifest.digest == digest);
    CHECK(manifest.media_type == kOciType);
    CHECK(repository.find_manifest(reference).value().digest == digest);
  }
  CHECK_FALSE(repository.find_manifest("2").has_value());
  CHECK(repository.name() == "registry://" + server.address() + "/occy/test:1");
}

TEST_CASE("repository: a tag that is not there is named", "[registry]") {
  FakeRegistry server;
  Repository repository = open_repository(server);
  const Error error = error_of([&] { (void)repository.manifest("1"); });

  CHECK(error.code() == Errc::not_found);
  CHECK(error.detail().subject == repository.name());
  CHECK(error.detail().what == "no such tag or digest");
  CHECK(error.detail().found == "no MANIFEST_UNKNOWN");
}

TEST_CASE("repository: a repository that is not there is told from a tag", "[registry]") {
  FakeRegistry server(answer_first(9, "GET", make_answer(404, R"({"errors":[{"code":"NAME_UNKNOWN"}]})")));
  CHECK(error_of([&] { (void)open_repository(server).manifest("1"); }).detail().what == "no such repository");
}

TEST_CASE("repository: another digest than was asked for is no find", "[registry]") {
  const std::string told = "Docker-Content-Digest: " + sha256("other").str() + "\r\n";
  FakeRegistry server([=](const ServedRequest&) { return ServedReply{.bytes = make_answer(200, {}, told)}; });
  const Error error = error_of([&] { (void)open_repository(server).find_manifest(sha256("this").str()); });

  CHECK(error.code() == Errc::digest_mismatch);
  CHECK(error.detail().expected == sha256("this").str());
  CHECK(error.detail().found == sha256("other").str());
  CHECK(open_repository(server).find_manifest("1").value().digest == sha256("other"));
}

TEST_CASE("repository: what passes is waited for and counted", "[registry]") {
  const auto [status, retries, waits] =
      GENERATE(table<int, int, int>({{500, 2, 0}, {502, 2, 0}, {503, 2, 0}, {504, 2, 0}, {429, 0, 2}}));
  FakeRegistry server(
      answer_first(2, "GET", make_answer(static_cast<unsigned>(status), "<html>", "Retry-After: 1\r\n")));
  server.put_manifest("1", kOciType, manifest_text());
  const RegistrySession session(FakeRegistry::options());
  Repository repository(session, server.image(), Side::input);

  CHECK(repository.manifest("1").bytes == manifest_text());
  CHECK(session.traffic().retries == static_cast<std::uint64_t>(retries));
  CHECK(session.traffic().rate_limits == static_cast<std::uint64_t>(waits));
  CHECK(session.traffic().requests == 3);
}

TEST_CASE("repository: too many requests is known by its code too", "[registry]") {
  FakeRegistry server(answer_first(1, "GET", make_answer(403, R"({"errors":[{"code":"TOOMANYREQUESTS"}]})")));
  server.put_manifest("1", kOciType, manifest_text());
  CHECK(open_repository(server).manifest("1").bytes == manifest_text());
}

TEST_CASE("repository: what does not pass ends with the registry's words", "[registry]") {
  FakeRegistry server(answer_first(99, "GET", make_answer(429, R"({"errors":[{"message":"slow down"}]})")));
  const Error error = error_of([&] { (void)open_repository(server).manifest("1"); });

  CHECK(error.code() == Errc::refused);
  CHECK(error.detail().found == "status 429: slow down");
  CHECK(server.count("GET") == 6);
}

TEST_CASE("repository: an error whose body is broken stays what it is", "[registry]") {
  const std::string broken = "HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n";
  FakeRegistry server(answer_first(9, "GET", broken));
  CHECK(error_of([&] { (void)open_repository(server).manifest("1"); }).code() == Errc::not_found);
}

TEST_CASE("repository: a connection that breaks is made again", "[registry]") {
  const std::string whole = make_answer(200, manifest_text(), "Content-Type: " + std::string(kOciType) + "\r\n");
  const auto bytes = GENERATE_COPY(std::string(), whole.substr(0, 20), whole.substr(0, whole.size() - 1));
  FakeRegistry server(
      [=, left = std::make_shared<std::atomic<int>>(2)](const ServedRequest&) -> std::optional<ServedReply> {
        if (left->fetch_sub(1) <= 0) return std::nullopt;
        return ServedReply{.bytes = bytes, .then = ServedReply::Then::cut};
      });
  server.put_manifest("1", kOciType, manifest_text());

  CHECK(open_repository(server).manifest("1").bytes == manifest_text());
}

TEST_CASE("repository: a server that refuses connections is given up soon, unless it has answered before",
          "[registry]") {
  const auto knows_it = GENERATE(false, true);
  std::optional<FakeRegistry> server(std::in_place);
  const RegistryPlace place = server->image();
  const RegistrySession session(FakeRegistry::options());
  Repository repository(session, place, Side::input);
  if (knows_it) CHECK(repository.tags().empty());
  server.reset();

  const Error error = error_of([&] { (void)repository.tags(); });
  CHECK(error.code() == Errc::unreachable);
  CHECK(session.traffic().retries == (knows_it ? 5U : 1U));
}

TEST_CASE("repository: over connections of its own a server is known too", "[registry]") {
  RegistryOptions options = FakeRegistry::options();
  options.retry = {
      .retries = 4, .first_wait = std::chrono::milliseconds(50), .longest_wait = std::chrono::milliseconds(50)};
  const RegistrySession session(options);
  std::optional<FakeRegistry> server(std::in_place);
  const RegistryPlace place = server->image();
  CHECK(Repository(session, place, Side::input).tags().empty());
  Repository fresh = Repository::fresh(session, place, Side::verify);
  server.reset();

  const auto begin = std::chrono::steady_clock::now();
  CHECK(error_of([&] { (void)fresh.tags(); }).side() == Side::verify);
  CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds(100));  // four waits of 25 and more
}

TEST_CASE("repository: access that is denied says to whom", "[registry]") {
  const auto status = GENERATE(401U, 403U);
  FakeRegistry server(answer_first(
      9, "GET",
      make_answer(status, R"({"errors":[{"message":"not you"}]})", "WWW-Authenticate: Basic realm=\"r\"\r\n")));
  RegistryPlace place = server.image();
  place.login = Login{.username = "bob", .password = "secret", .origin = "the test"};
  Repository repository(RegistrySession(FakeRegistry::options()), place, Side::input);
  const Error error = error_of([&] { (void)repository.manifest("1"); });

  CHECK(error.code() == Errc::refused);
  CHECK(error.detail().found.find("not you") != std::string::npos);
  CHECK(error.detail().what.find("bob") != std::string::npos);
  CHECK(std::string(error.what()).find("secret") == std::string::npos);
}

TEST_CASE("repository: what a registry repeats of the login is covered", "[registry]") {
  const std::string echo =
      R"({"errors":[{"message":"no Basic Ym9iOnMzY3JldA==, no bob:s3cret, no Ym9iOnMzY3JldA=="}]})";
  FakeRegistry server(answer_first(9, "GET", make_answer(401, echo, "WWW-Authenticate: Basic realm=\"r\"\r\n")));
  RegistryPlace place = server.image();
  place.login = Login{.username = "bob", .password = "s3cret"};
  Repository repository(RegistrySession(FakeRegistry::options()), place, Side::input);
  CHECK(error_of([&] { (void)repository.manifest("1"); }).detail().found ==
        "status 401: no Basic ***, no bob:***, no ***");
}

TEST_CASE("repository: a manifest that never ends meets a limit", "[registry]") {
  FakeRegistry server(answer_first(9, "GET", make_answer(200, std::string(5'000'000, ' '))));
  const Error error = error_of([&] { (void)open_repository(server).manifest("1"); });
  CHECK(error.code() == Errc::limit);
  CHECK(error.detail().subject == "registry://" + server.address() + "/occy/test:1");
}

TEST_CASE("repository: a manifest is put, and is what was stored", "[registry]") {
  FakeRegistry server;
  server.put_blob("config");
  Repository repository = open_repository(server, "1", Side::output);
  const ImageManifest manifest{.media_type = kOciType, .bytes = manifest_text(), .digest = sha256(manifest_text())};

  repository.put_manifest("2", manifest);
  CHECK(repository.manifest("2").bytes == manifest.bytes);

  repository.delete_manifest(manifest.digest);
  CHECK_FALSE(repository.find_manifest(manifest.digest.str()).has_value());
}

TEST_CASE("repository: what is gone after a lost answer was deleted", "[registry]") {
  const auto [answer, good] =
      GENERATE(table<std::string, bool>({{"", true}, {make_answer(502), true}, {make_answer(429), false}}));
  FakeRegistry* self = nullptr;
  const FakeRegistry::Fault first = answer_first(1, "DELETE", answer);
  FakeRegistry server([&](const ServedRequest& request) {
    auto reply = first(request);
    if (reply) self->remove_manifest("occy/test", sha256(manifest_text()).str());
    return reply;
  });
  self = &server;
  const Digest digest = server.put_manifest("1", kOciType, manifest_text());
  Repository repository = open_repository(server, "1", Side::output);
  const auto remove = [&] { repository.delete_manifest(digest); };

  if (good)
    CHECK_NOTHROW(remove());
  else
    CHECK(error_of(remove).code() == Errc::not_found);
  CHECK(server.count("DELETE") == 2);
}

TEST_CASE("repository: what was never there was not deleted, whatever failed", "[registry]") {
  FakeRegistry server(answer_first(1, "", make_answer(502)));
  Repository repository = open_repository(server, "1", Side::output);

  CHECK(error_of([&] { repository.delete_manifest(sha256("a manifest")); }).code() == Errc::not_found);
}

TEST_CASE("repository: a registry that stores another manifest is found out", "[registry]") {
  FakeRegistry server(
      answer_first(1, "PUT", make_answer(201, {}, "Docker-Content-Digest: " + sha256("other").str() + "\r\n")));
  const ImageManifest manifest{.media_type = kOciType, .bytes = manifest_text(), .digest = sha256(manifest_text())};
  const Error error = error_of([&] { open_repository(server, "1", Side::output).put_manifest("1", manifest); });
  CHECK(error.code() == Errc::digest_mismatch);
  CHECK(error.side() == Side::output);
}

TEST_CASE("repository: tags come in pages", "[registry]") {
  FakeRegistry server;
  server.tags_in_page = GENERATE(0U, 1U, 2U);
  for (const char* tag : {"a", "b", "c", "d", "e"}) server.put_manifest(tag, kOciType, manifest_text());

  CHECK(open_repository(server).tags() == std::vector<std::string>{"a", "b", "c", "d", "e"});
}

TEST_CASE("repository: pages that lead nowhere good are refused", "[registry]") {
  const auto [link, what] = GENERATE(table<const char*, const char*>(
      {{"/v2/occy/test/tags/list?n=1000", "the pages of the registry's list lead in a circle"},
       {"http://other.example/tags", "the registry names a next page on another server"}}));
  FakeRegistry server(answer_first(
      99, "GET", make_answer(200, R"({"tags":["a"]})", "Link: <" + std::string(link) + ">; rel=\"next\"\r\n")));
  CHECK(error_of([&] { (void)open_repository(server).tags(); }).detail().what == what);
}

TEST_CASE("repository: empty pages, each with a next one, come to an end", "[registry]") {
  const int last = GENERATE(50, 1'000'000);
  FakeRegistry server([=](const ServedRequest& request) -> std::optional<ServedReply> {
    const auto at = request.line.find("last=");
    const int page = at == std::string::npos ? 0 : std::stoi(request.line.substr(at + 5));
    if (page == last) return ServedReply{.bytes = make_answer(200, R"({"tags":["a"]})")};
    return ServedReply{.bytes = make_answer(
                           200, R"({"tags":[]})",
                           "Link: </v2/occy/test/tags/list?last=" + std::to_string(page + 1) + ">; rel=\"next\"\r\n")};
  });
  Repository repository = open_repository(server);
  if (last == 50) {
    CHECK(repository.tags() == std::vector<std::string>{"a"});
    return;
  }
  const Error error = error_of([&] { (void)repository.tags(); });
  CHECK(error.code() == Errc::refused);
  CHECK(error.detail().what == "the registry's list has no end");
  CHECK(server.requests().size() == 100);
}

TEST_CASE("repository: referrers come from the interface, or from a tag", "[registry]") {
  const Digest subject = sha256("subject");
  const std::string index =
      R"({"schemaVersion":2,"manifests":[{"mediaType":"m","digest":")" + sha256("x").str() + R"(","size":7}]})";
  FakeRegistry without;
  CHECK(open_repository(without).referrers(subject).empty());
  without.put_manifest("sha256-" + subject.hex(), kIndexType, index);
  CHECK(open_repository(without).referrers(subject).at(0).digest == sha256("x"));

  FakeRegistry with(answer_first(1, "GET /v2/occy/test/referrers/" + subject.str(), make_answer(200, index)));
  CHECK(open_repository(with).referrers(subject).at(0).digest == sha256("x"));
}

TEST_CASE("repository: blobs are found and mounted", "[registry]") {
  FakeRegistry server;
  const Digest known = server.put_blob("bytes");
  Repository repository = open_repository(server, "1", Side::output);

  CHECK(repository.find_blob(known) == 5U);
  CHECK_FALSE(repository.find_blob(sha256("other")).has_value());
  server.replace_blob("occy/other", known, "bytes");
  CHECK(repository.mount_blob(known, "occy/other"));
  CHECK_FALSE(repository.mount_blob(sha256("other"), "occy/other"));
  CHECK(server.open_uploads() == 0);
}

TEST_CASE("repository: small blobs are held against their digests", "[registry]") {
  FakeRegistry server;
  const Descriptor blob{.media_type = {}, .digest = server.put_blob("bytes"), .size = 5};
  Repository repository = open_repository(server);

  CHECK(repository.read_blob(blob, 5) == "bytes");
  CHECK(error_of([&] { (void)repository.read_blob(blob, 4); }).code() == Errc::limit);
  FakeRegistry liar(answer_first(1, "GET", make_answer(200, "Bytes")));
  const Error error = error_of([&] { (void)open_repository(liar).read_blob(blob, 5); });
  CHECK(error.code() == Errc::digest_mismatch);
  CHECK(error.detail().subject.ends_with("/occy/test@" + blob.digest.str()));
}

TEST_CASE("repository: the end of a blob is had in one request, or not at all", "[registry]") {
  const std::string range = "Content-Range: bytes 6-9/10\r\n";
  const auto [status, bytes, fields, is_good] = GENERATE_COPY(
      table<unsigned, std::string, std::string, bool>({{206, "6789", range, true},
                                                       {206, "678", range, false},
                                                       {206, "67890", range, false},
                                                       {206, "6789", "Content-Range: bytes 5-8/10\r\n", false},
                                                       {206, "6789", "Content-Range: bytes 6-9/11\r\n", false},
                                                       {206, "6789", "", false},
                                                       {200, "0123456789", "", false},
                                                       {404, "", "", false},
                                                       {416, "", "", false},
                                                       {429, "", "", false},
                                                       {500, "", "", false}}));
  FakeRegistry server(answer_first(1, "GET", make_answer(status, bytes, fields)));
  const Descriptor blob{.media_type = {}, .digest = server.put_blob("0123456789"), .size = 10};

  CHECK(open_repository(server).read_end(blob, 4) == (is_good ? std::optional(bytes) : std::nullopt));
  CHECK(server.requests().size() == 1);
  CHECK(server.requests().front().field("Range") == "bytes=6-9");
  CHECK(open_repository(server).read_end(blob, 4) == "6789");
}

TEST_CASE("repository: the digest of a name costs one request", "[registry]") {
  FakeRegistry server;
  const Digest digest = server.put_manifest("1", kOciType, manifest_text());
  const RegistrySession session(FakeRegistry::options());

  CHECK(find_digest(session, server.image()) == digest);
  CHECK(session.traffic().requests == 1);
  CHECK(list_tags(session, server.image()) == std::vector<std::string>{"1"});
  CHECK(error_of([&] { (void)find_digest(session, server.image("2")); }).code() == Errc::not_found);
}
