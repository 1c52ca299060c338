#include "registry/authorizer.hpp"

#include <atomic>
#include <set>
#include <thread>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "token_server.hpp"

using namespace occy;
using namespace occy::test;
using namespace std::chrono_literals;
using registry::Account;
using registry::Authorizer;
using registry::Scope;

namespace {

const std::string kBearer = R"(Bearer realm="https://auth.example/token",service="the registry")";
const Scope kPull{.repository = "library/debian"};
const Scope kPush{.repository = "library/debian", .access = Scope::Access::push};

/// Knows one login for everybody, and counts how often it was asked.
class OneLogin final : public CredentialSource {
 public:
  explicit OneLogin(std::optional<Login> login) : login_(std::move(login)) {}
  std::optional<Login> find(std::string_view registry, std::string_view repository) override {
    asked.push_back(std::string(registry) + " " + std::string(repository));
    return login_;
  }
  std::vector<std::string> asked;

 private:
  std::optional<Login> login_;
};

/// An Authorizer with all that is around it.
struct Setup {
  explicit Setup(std::optional<Login> login = {}, int lifetime = 300)
      : credentials(std::move(login)), server(lifetime) {}

  // What a request does that is refused once: the challenge, then its new authorization.
  std::string log_in(const Scope& scope, const std::string& challenge = kBearer) {
    REQUIRE(authorizer.challenged(account, scope, unauthorized({challenge}), ""));
    return authorizer.authorization(account, scope);
  }

  OneLogin credentials;
  TokenServer server;
  std::chrono::system_clock::time_point now{std::chrono::seconds{1'000'000'000}};
  Account account{.origin = {.host = "registry.example"}, .registry = "registry.example"};
  Authorizer authorizer{server.ask(), [this] { return now; }, &credentials, Limits{}};
};

const Login kBob{.username = "bob", .password = "s3cret", .origin = "config.json: /c"};
const std::string kBasicOfBob = "Basic Ym9iOnMzY3JldA==";

/// Keeps a login, and gives another one when that was refused.
class ChangedLogin final : public CredentialSource {
 public:
  std::optional<Login> find(std::string_view, std::string_view) override { return login_; }
  void refused(std::string_view registry) override {
    refusals.emplace_back(registry);
    login_.password = "new";
  }
  std::vector<std::string> refusals;

 private:
  Login login_ = kBob;
};

const std::string kBasicOfNewBob = "Basic Ym9iOm5ldw==";

/// Wants Bearer, then Basic; its token server never has a token. No refusal is its last word: each look at the clock is
/// a minute later.
class UndecidedServer {
 public:
  void say(const Scope& scope, const std::string& challenge) {
    try {
      (void)authorizer_.challenged(account_, scope, unauthorized({challenge}), kBasicOfBob);
    } catch (const http::TransientError&) {
      return;
    }
  }

  std::string authorization(const Scope& scope) {
    try {
      return authorizer_.authorization(account_, scope);
    } catch (const http::TransientError&) {
      return "unreachable";
    }
  }

 private:
  static registry::WholeAnswer overloaded(const http::Call&) { return {.response = {.status = 503}, .body = {}}; }

  const Account account_{.origin = {.host = "registry.example"}, .registry = "registry.example", .login = kBob};
  std::atomic<int> minutes_ = 0;
  Authorizer authorizer_{overloaded,
                         [this] { return std::chrono::system_clock::time_point{std::chrono::minutes{++minutes_}}; },
                         nullptr, Limits{}};
};

}  // namespace

TEST_CASE("authorizer: nothing is sent before the registry asks for it", "[registry]") {
  Setup setup{kBob};
  CHECK(setup.authorizer.authorization(setup.account, kPull).empty());
  CHECK(setup.authorizer.who(setup.account, kPull) == "anonymous");
  CHECK(setup.credentials.asked.empty());
  CHECK(setup.server.calls().empty());
}

TEST_CASE("authorizer: a token is asked for with service and scope, and kept", "[registry]") {
  Setup setup;
  CHECK(setup.log_in(kPull) == "Bearer t1");
  CHECK(setup.authorizer.authorization(setup.account, kPull) == "Bearer t1");
  REQUIRE(setup.server.calls().size() == 1);
  const AskedCall& call = setup.server.calls().front();
  CHECK(call.method == "GET");
  CHECK(call.url == "https://auth.example/token?service=the%20registry&scope=repository%3Alibrary%2Fdebian%3Apull");
  CHECK(call.authorization.empty());
}

TEST_CASE("authorizer: a login goes to the token server as Basic, and is asked for once", "[registry]") {
  Setup setup{kBob};
  CHECK(setup.log_in(kPull) == "Bearer t1");
  CHECK(setup.log_in(kPush) == "Bearer t2");
  CHECK(setup.server.calls().front().authorization == "Basic Ym9iOnMzY3JldA==");
  CHECK(setup.server.calls().front().url.ends_with("&account=bob"));
  CHECK(setup.credentials.asked.front() == "registry.example library/debian");
  CHECK(setup.authorizer.who(setup.account, kPull) == "user bob (from config.json: /c)");
}

TEST_CASE("authorizer: the account's own login counts before the credentials", "[registry]") {
  Setup setup{kBob};
  setup.account.login = Login{.username = "eve", .password = "p", .origin = "the URI"};
  CHECK(setup.log_in(kPull) == "Bearer t1");
  CHECK(setup.server.calls().front().authorization == "Basic ZXZlOnA=");
  CHECK(setup.credentials.asked.empty());
  CHECK(setup.authorizer.who(setup.account, kPull) == "user eve (from the URI)");
}

TEST_CASE("authorizer: a token is for one origin, login and scope", "[registry]") {
  Setup setup;
  CHECK(setup.log_in(kPull) == "Bearer t1");
  CHECK(setup.authorizer.authorization(setup.account, kPush).empty());

  Account other = setup.account;
  other.origin.port = 444;
  CHECK(setup.authorizer.authorization(other, kPull).empty());

  other = setup.account;
  other.login = kBob;
  CHECK(setup.authorizer.authorization(other, kPull).empty());
}

TEST_CASE("authorizer: the scopes are ours and the registry's, each once", "[registry]") {
  Setup setup;
  const Scope mount{.repository = "a", .access = Scope::Access::push, .mount_from = "b"};
  CHECK(setup.log_in(mount, kBearer + R"(,scope="repository:a:pull,push  repository:a:delete")") == "Bearer t1");
  CHECK(setup.server.calls().front().url ==
        "https://auth.example/token?service=the%20registry&scope=repository%3Aa%3Apull%2Cpush"
        "&scope=repository%3Ab%3Apull&scope=repository%3Aa%3Adelete");
}

TEST_CASE("authorizer: a realm keeps its own query, and needs no service", "[registry]") {
  Setup setup;
  CHECK(setup.log_in(Scope{}, R"(Bearer realm="https://auth.example/t?a=b")") == "Bearer t1");
  CHECK(setup.log_in(kPull, R"(Bearer realm="https://auth.example/t?a=b")") == "Bearer t2");
  CHECK(setup.server.calls()[0].url == "https://auth.example/t?a=b");
  CHECK(setup.server.calls()[1].url == "https://auth.example/t?a=b&scope=repository%3Alibrary%2Fdebian%3Apull");
}

TEST_CASE("authorizer: a token is replaced some seconds before its end", "[registry]") {
  Setup setup{{}, 300};
  CHECK(setup.log_in(kPull) == "Bearer t1");
  setup.now += 289s;
  CHECK(setup.authorizer.authorization(setup.account, kPull) == "Bearer t1");
  setup.now += 1s;
  CHECK(setup.authorizer.authorization(setup.account, kPull) == "Bearer t2");
  CHECK(setup.server.calls().size() == 2);
}

TEST_CASE("authorizer: a token that ended before its time is replaced, and the new one is the last word",
          "[registry]") {
  Setup setup;
  const std::string first = setup.log_in(kPull);
  setup.now += 2s;
  REQUIRE(setup.authorizer.challenged(setup.account, kPull, unauthorized({kBearer}), first));
  const std::string second = setup.authorizer.authorization(setup.account, kPull);
  CHECK(second == "Bearer t2");

  SECTION("soon after, it is the server's will") {
    setup.now += 1s;
    CHECK_FALSE(setup.authorizer.challenged(setup.account, kPull, unauthorized({kBearer}), second));
    CHECK(setup.server.calls().size() == 2);
  }
  SECTION("later, it has ended too") {
    setup.now += 5s;
    CHECK(setup.authorizer.challenged(setup.account, kPull, unauthorized({kBearer}), second));
    CHECK(setup.authorizer.authorization(setup.account, kPull) == "Bearer t3");
  }
}

TEST_CASE("authorizer: a request that was refused while another one got a token takes that", "[registry]") {
  Setup setup;
  const std::string used = GENERATE("", "Bearer old");
  CHECK(setup.log_in(kPull) == "Bearer t1");
  CHECK(setup.authorizer.challenged(setup.account, kPull, unauthorized({kBearer}), used));
  CHECK(setup.authorizer.authorization(setup.account, kPull) == "Bearer t1");
  CHECK(setup.server.calls().size() == 1);
}

TEST_CASE("authorizer: a token that reaches too little is replaced only where the registry asks for more",
          "[registry]") {
  Setup setup;
  const std::string first = setup.log_in(kPull);
  const std::string too_little = kBearer + R"(,error="insufficient_scope")";
  setup.now += 10s;

  CHECK_FALSE(setup.authorizer.challenged(setup.account, kPull, unauthorized({too_little}), first));
  setup.now += 10s;
  CHECK(setup.authorizer.challenged(
      setup.account, kPull, unauthorized({too_little + R"(,scope="repository:library/debian:delete")"}), first));
  CHECK(setup.server.calls().back().url.ends_with("%3Adelete"));
}

TEST_CASE("authorizer: many threads get one token", "[registry]") {
  Setup setup;
  setup.server.hold_first_answer(200ms);
  std::vector<std::string> got(8);
  {
    std::vector<std::jthread> threads;
    for (std::string& one : got)
      threads.emplace_back([&setup, &one] {
        if (setup.authorizer.challenged(setup.account, kPull, unauthorized({kBearer}), ""))
          one = setup.authorizer.authorization(setup.account, kPull);
      });
  }
  CHECK(got == std::vector<std::string>(8, "Bearer t1"));
  CHECK(setup.server.calls().size() == 1);
}

TEST_CASE("authorizer: a login that is refused is asked for anew, and the other one is tried", "[registry]") {
  TokenServer server;
  ChangedLogin credentials;
  Authorizer authorizer{server.ask(), [] { return std::chrono::system_clock::now(); }, &credentials, Limits{}};
  const Account account{.origin = {.host = "registry.example"}, .registry = "registry.example"};

  SECTION("by the token server") {
    server.answer(401, "");
    CHECK(authorizer.challenged(account, kPull, unauthorized({kBearer}), ""));
    REQUIRE(server.calls().size() == 2);
    CHECK(server.calls()[0].authorization == kBasicOfBob);
    CHECK(server.calls()[1].authorization == kBasicOfNewBob);
  }
  SECTION("by the registry") {
    const http::Response basic = unauthorized({"Basic realm=x"});
    CHECK(authorizer.challenged(account, kPull, basic, ""));
    CHECK(authorizer.challenged(account, kPull, basic, kBasicOfBob));
    CHECK(authorizer.authorization(account, kPull) == kBasicOfNewBob);
    CHECK_FALSE(authorizer.challenged(account, kPull, basic, kBasicOfNewBob));
  }
  CHECK(credentials.refusals == std::vector<std::string>{"registry.example"});
}

TEST_CASE("authorizer: a login that is refused, and is the only one, is sent once", "[registry]") {
  Setup setup{kBob};
  setup.server.answer(401, "");
  CHECK(error_of([&] {
          (void)setup.authorizer.challenged(setup.account, kPull, unauthorized({kBearer}), "");
        }).code() == Errc::refused);
  CHECK(setup.server.calls().size() == 1);
}

TEST_CASE("authorizer: while the server changes its mind, another thread gets Basic or the failure", "[registry]") {
  UndecidedServer server;
  server.say(kPull, kBearer);
  const auto change = [&](const std::stop_token& stop, const std::string& repository) {
    while (!stop.stop_requested()) {
      server.say({.repository = repository}, "Basic realm=x");
      server.say({.repository = repository}, kBearer);
    }
  };
  std::vector<std::jthread> minds;
  for (const char* repository : {"a", "b", "c"}) minds.emplace_back(change, repository);
  std::set<std::string> got;
  for (int i = 0; i < 20'000; ++i) got.insert(server.authorization(kPull));
  CHECK(got == std::set<std::string>{"unreachable", kBasicOfBob});
}

TEST_CASE("authorizer: Basic holds for the whole origin once it was asked for", "[registry]") {
  Setup setup{kBob};
  CHECK(setup.log_in(kPull, "Basic realm=x") == "Basic Ym9iOnMzY3JldA==");
  CHECK(setup.authorizer.authorization(setup.account, kPush) == "Basic Ym9iOnMzY3JldA==");
  CHECK(setup.server.calls().empty());
  Account other = setup.account;
  other.origin.host = "elsewhere.example";
  CHECK(setup.authorizer.authorization(other, kPull).empty());
}

TEST_CASE("authorizer: Basic that is refused, or that nobody has, is the end", "[registry]") {
  Setup setup{GENERATE(std::optional<Login>{}, std::optional<Login>{kBob})};
  const http::Response basic = unauthorized({"Basic realm=x"});
  const bool again = setup.authorizer.challenged(setup.account, kPull, basic, "");
  const std::string used = setup.authorizer.authorization(setup.account, kPull);
  CHECK(again == !used.empty());
  CHECK_FALSE(setup.authorizer.challenged(setup.account, kPull, basic, used));
}

TEST_CASE("authorizer: Bearer counts before Basic, in whatever field and order", "[registry]") {
  const std::vector<std::string> fields = GENERATE(std::vector<std::string>{"Basic realm=x, " + kBearer},
                                                   std::vector<std::string>{kBearer, "Basic realm=x"},
                                                   std::vector<std::string>{"\"broken", "Negotiate, " + kBearer});
  Setup setup{kBob};
  CHECK(setup.authorizer.challenged(setup.account, kPull, unauthorized(fields), ""));
  CHECK(setup.authorizer.authorization(setup.account, kPull) == "Bearer t1");
}

TEST_CASE("authorizer: a server that changes its mind each time is not followed for ever", "[registry]") {
  Setup setup{kBob};
  std::string used;
  int tries = 0;
  while (setup.authorizer.challenged(setup.account, kPull, unauthorized({tries % 2 == 0 ? kBearer : "Basic realm=x"}),
                                     used)) {
    used = setup.authorizer.authorization(setup.account, kPull);
    REQUIRE(++tries < 5);
  }
  CHECK(tries > 0);
}
