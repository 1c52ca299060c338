#include "registry/authorizer.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "token_server.hpp"

using namespace occy;
using namespace occy::test;
using registry::Account;
using registry::Authorizer;
using registry::Scope;

namespace {

const Login kAda{.username = "ada", .password = "s3cret", .origin = "the URI"};

Account account_of(std::optional<Login> login, http::Origin::Scheme scheme = http::Origin::Scheme::https) {
  return {.origin = {.scheme = scheme, .host = "registry.example", .port = 5000},
          .registry = "registry.example:5000",
          .login = std::move(login),
          .side = Side::output};
}

std::string bearer(std::string_view realm) { return "Bearer realm=\"" + std::string(realm) + "\",service=s"; }

bool challenge(TokenServer& server, const Account& account, const std::vector<std::string>& challenges) {
  Authorizer authorizer{server.ask(), [] { return std::chrono::system_clock::now(); }, nullptr, Limits{}};
  return authorizer.challenged(account, Scope{.repository = "a"}, unauthorized(challenges), "");
}

Error refusal(TokenServer& server, const Account& account, const std::vector<std::string>& challenges) {
  return error_of([&] { (void)challenge(server, account, challenges); });
}

Error refusal_of_answer(unsigned status, std::string body, std::optional<Login> login) {
  TokenServer server;
  server.answer(status, std::move(body));
  return refusal(server, account_of(std::move(login)), {bearer("https://auth.example/token")});
}

}  // namespace

TEST_CASE("authorizer: wrong credentials are told with user and origin, never with the secret", "[registry]") {
  const Error error = refusal_of_answer(401, R"({"details":"incorrect password s3cret or YWRhOnMzY3JldA=="})", kAda);
  CHECK(error.code() == Errc::refused);
  CHECK(std::string(error.what()) ==
        "output: registry.example:5000: the token server https://auth.example/token refuses user ada (from the URI): "
        "status 401: incorrect password *** or ***");
}

TEST_CASE("authorizer: a secret that a cut or escaped answer repeats is not shown", "[registry]") {
  const Login login{.username = "ada", .password = "pass/word\"s"};
  const std::string body = GENERATE(R"({"details":"incorrect pass\/wor)", "incorrect pass%2fword%22s",
                                    R"({"details":"incorrect YWRhOnBhc3M)", "incorrect ass/word");
  CHECK(refusal_of_answer(401, body, login).detail().found == "status 401: words that repeat a secret");
}

TEST_CASE("authorizer: a secret at the end of what is shown is covered as a whole", "[registry]") {
  const std::string filler(396, 'x');
  CHECK(refusal_of_answer(401, filler + " s3cret", kAda).detail().found == "status 401: " + filler + " ***");
}

TEST_CASE("authorizer: where no login is known, the message says so and what helps", "[registry]") {
  const Error error = refusal_of_answer(401, "", {});
  CHECK(error.detail().what == "the token server https://auth.example/token wants a login, and none is known");
  CHECK(error.detail().found == "status 401");
  CHECK(error.detail().hint.find("docker login registry.example:5000") != std::string::npos);
}

TEST_CASE("authorizer: a token server that cannot answer now may be asked again", "[registry]") {
  const unsigned status = GENERATE(408U, 429U, 500U, 503U);
  TokenServer server;
  server.answer(status, "<html>");
  CHECK_THROWS_AS(challenge(server, account_of({}), {bearer("https://auth.example/token")}), http::TransientError);
}

TEST_CASE("authorizer: an answer that is no token", "[registry]") {
  const auto [status, body, what, found] = GENERATE(table<unsigned, std::string, std::string, std::string>(
      {{200, "<html>", "gives something that is no token", "not JSON (syntax error)"},
       {200, "{}", "gives something that is no token", "expected a member \"token\" or \"access_token\""},
       {400, R"({"error":"invalid_scope"})", "gives no token", "status 400: invalid_scope"},
       {418, "<html>", "gives no token", "status 418: an HTML page"},
       {302, "", "gives no token", "status 302"}}));
  const Error error = refusal_of_answer(status, body, kAda);
  CHECK(error.code() == Errc::refused);
  CHECK(error.side() == Side::output);
  CHECK(error.detail().what == "the token server https://auth.example/token " + what);
  CHECK(error.detail().found == found);
}

TEST_CASE("authorizer: a login never goes to plain HTTP from a registry on HTTPS", "[registry]") {
  TokenServer server;
  const Error error = refusal(server, account_of(kAda), {bearer("http://auth.example/token")});
  CHECK(error.code() == Errc::refused);
  CHECK(error.detail().what ==
        "the token server http://auth.example/token is on plain HTTP, where no login goes from a registry on HTTPS");
  CHECK(server.calls().empty());
}

TEST_CASE("authorizer: without a login, or from a registry on plain HTTP, the realm may be on plain HTTP",
          "[registry]") {
  TokenServer server;
  CHECK(challenge(server, account_of({}), {bearer("http://auth.example/token")}));
  CHECK(challenge(server, account_of(kAda, http::Origin::Scheme::http), {bearer("http://127.0.0.1:5001/auth")}));
  CHECK(server.calls().back().authorization == "Basic YWRhOnMzY3JldA==");
}

TEST_CASE("authorizer: a realm that cannot be asked is refused, and not shown", "[registry]") {
  const std::string realm =
      GENERATE("", "/token", "ftp://auth.example/", "https://u:s3cret@auth.example/t", "https://");
  TokenServer server;
  const Error error = refusal(server, account_of({}), {bearer(realm)});
  CHECK(error.code() == Errc::refused);
  CHECK(error.detail().what == "the URL of its token server (WWW-Authenticate, \"realm\") cannot be used");
  CHECK(std::string(error.what()).find("s3cret") == std::string::npos);
  CHECK(server.calls().empty());
}

TEST_CASE("authorizer: a 401 that leaves no way", "[registry]") {
  const auto [fields, code, what, found] = GENERATE(table<std::vector<std::string>, Errc, std::string, std::string>(
      {{{"Negotiate, NTLM"}, Errc::unsupported, "wants a login in a way that is not known", "negotiate, ntlm"},
       {{"Bearer realm=\""}, Errc::refused, "its WWW-Authenticate cannot be read", "a quoted string has no end"},
       {{}, Errc::refused, "wants a login (401) and does not say how", ""}}));
  TokenServer server;
  const Error error = refusal(server, account_of(kAda), fields);
  CHECK(error.code() == code);
  CHECK(error.detail().subject == "registry.example:5000");
  CHECK(error.detail().what == what);
  CHECK(error.detail().found == found);
}

TEST_CASE("authorizer: any certificate is good enough for the registry's own host alone", "[registry]") {
  TokenServer server;
  Account account = account_of(kAda);
  account.certificates = http::Call::Certificates::any;
  CHECK(challenge(server, account, {bearer("https://registry.example/token")}));
  CHECK(challenge(server, account, {bearer("https://auth.example/token")}));
  CHECK(server.calls()[0].certificates == http::Call::Certificates::any);
  CHECK(server.calls()[1].certificates == http::Call::Certificates::verified);
}

TEST_CASE("authorizer: an identity token goes by POST, in the body alone", "[registry]") {
  TokenServer server;
  CHECK(challenge(server, account_of(Login{.identity_token = "id/1"}), {bearer("https://auth.example/token")}));
  const AskedCall& call = server.calls().at(0);
  CHECK(call.method == "POST");
  CHECK(call.url == "https://auth.example/token");
  CHECK(call.authorization.empty());
  CHECK(call.body ==
        "grant_type=refresh_token&refresh_token=id%2F1&client_id=occy&service=s&scope=repository%3Aa%3Apull");
}

TEST_CASE("authorizer: where GET is not known, a password goes by POST", "[registry]") {
  TokenServer server;
  server.answer(GENERATE(404U, 405U), "");
  CHECK(challenge(server, account_of(kAda), {bearer("https://auth.example/token")}));
  REQUIRE(server.calls().size() == 2);
  CHECK(server.calls()[0].method == "GET");
  CHECK(server.calls()[1].body ==
        "grant_type=password&username=ada&password=s3cret&client_id=occy&service=s&scope=repository%3Aa%3Apull");
}
