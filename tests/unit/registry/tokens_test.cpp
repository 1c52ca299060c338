// Tokens over the network: what a Repository asks a token server for, and how it bears with one.
#include <atomic>
#include <thread>
#include <vector>

#include "registry/repository.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/fake_registry.hpp"

using namespace occy;
using namespace occy::test;
using occy::registry::Repository;

namespace {

/// A registry that wants a token, and is its own token server.
class GuardedRegistry {
 public:
  /// What the token server says first.
  explicit GuardedRegistry(std::vector<std::string> answers = {}) : answers_(std::move(answers)) {}

  [[nodiscard]] FakeRegistry& server() { return server_; }

  /// The queries that tokens were asked with.
  [[nodiscard]] std::vector<std::string> asked() {
    std::vector<std::string> queries;
    for (const ServedRequest& request : server_.requests())
      if (request.line.starts_with("GET /token?")) queries.push_back(request.line.substr(11));
    return queries;
  }

 private:
  std::optional<ServedReply> answer(const ServedRequest& request) {
    if (request.line.starts_with("GET /token")) {
      const std::size_t place = next_answer_.fetch_add(1);
      return ServedReply{.bytes = place < answers_.size() ? answers_[place] : make_answer(200, R"({"token":"good"})")};
    }
    if (request.field("Authorization") == "Bearer good") return std::nullopt;
    return ServedReply{
        .bytes = make_answer(
            401, {}, "WWW-Authenticate: Bearer realm=\"http://" + server_.address() + "/token\",service=\"s\"\r\n")};
  }

  std::vector<std::string> answers_;
  std::atomic<std::size_t> next_answer_ = 0;
  FakeRegistry server_{[this](const ServedRequest& request) { return answer(request); }};
};

}  // namespace

TEST_CASE("tokens: who writes asks for one, which serves all", "[registry]") {
  GuardedRegistry guarded;
  Repository repository(RegistrySession(FakeRegistry::options()), guarded.server().image(), Side::output);
  const Digest digest = sha256("bytes");

  CHECK_FALSE(repository.find_blob(digest).has_value());
  CHECK_FALSE(repository.find_manifest("1").has_value());
  repository.put_blob(digest, "bytes");
  CHECK(repository.read_blob({.media_type = {}, .digest = digest, .size = 5}, 5) == "bytes");
  CHECK(repository.tags().empty());

  CHECK(guarded.asked() == std::vector<std::string>{"service=s&scope=repository%3Aoccy%2Ftest%3Apull%2Cpush HTTP/1.1"});
}

TEST_CASE("tokens: a server that wants to be left alone is, and that is counted", "[registry]") {
  const std::string later = "Retry-After: 1\r\n";
  GuardedRegistry guarded({make_answer(429, {}, later), make_answer(503, {}, later)});
  RegistryOptions options = FakeRegistry::options();
  options.retry.longest_retry_after = std::chrono::milliseconds(100);
  const RegistrySession session(options);
  Repository repository(session, guarded.server().image(), Side::input);

  const auto begin = std::chrono::steady_clock::now();
  CHECK_FALSE(repository.find_blob(sha256("bytes")).has_value());
  CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds(200));
  CHECK(session.traffic().rate_limits == 1);
  CHECK(session.traffic().retries == 1);
  CHECK(session.traffic().requests == guarded.server().requests().size());
}

TEST_CASE("tokens: requests for them wait for their turn", "[registry]") {
  GuardedRegistry guarded;
  RegistryOptions options = FakeRegistry::options();
  options.requests_per_second = 20;
  Repository repository(RegistrySession(options), guarded.server().image(), Side::input);

  const auto begin = std::chrono::steady_clock::now();
  CHECK_FALSE(repository.find_blob(sha256("bytes")).has_value());
  CHECK(guarded.server().requests().size() == 3);
  CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds(100));
}

TEST_CASE("tokens: who reads asks for no more than that", "[registry]") {
  GuardedRegistry guarded;
  const Side side = GENERATE(Side::input, Side::verify);
  Repository repository(RegistrySession(FakeRegistry::options()), guarded.server().image(), side);

  CHECK_FALSE(repository.find_blob(sha256("bytes")).has_value());
  CHECK(guarded.asked() == std::vector<std::string>{"service=s&scope=repository%3Aoccy%2Ftest%3Apull HTTP/1.1"});
}

TEST_CASE("tokens: one that ends soon is asked for when the request has its turn", "[registry]") {
  const auto now = [] { return std::chrono::steady_clock::now().time_since_epoch().count(); };
  // A token is the time when it was given.
  FakeServer tokens([&](const ServedRequest&) {
    return ServedReply{.bytes = make_answer(200, R"({"expires_in":1,"token":")" + std::to_string(now()) + R"("})")};
  });
  FakeRegistry server([&](const ServedRequest& request) -> std::optional<ServedReply> {
    const std::string token = request.field("Authorization");
    const std::chrono::nanoseconds age(token.empty() ? 0 : now() - std::stoll(token.substr(token.find(' '))));
    if (!token.empty() && age < std::chrono::milliseconds(1100)) return std::nullopt;
    const std::string realm = "http://127.0.0.1:" + std::to_string(tokens.port()) + "/token";
    return ServedReply{.bytes =
                           make_answer(401, {}, "WWW-Authenticate: Bearer realm=\"" + realm + "\",service=\"s\"\r\n")};
  });
  RegistryOptions options = FakeRegistry::options();
  options.requests_per_second = 4;
  Repository repository(RegistrySession(options), server.image(), Side::input);

  std::atomic<int> answered = 0;
  {
    std::vector<std::jthread> askers;
    for (int i = 0; i < 6; ++i)
      askers.emplace_back([&] {
        try {
          (void)repository.find_blob(sha256("bytes"));
          ++answered;
        } catch (const Error&) {  // seen in the count
          return;
        }
      });
  }
  CHECK(answered == 6);
}
