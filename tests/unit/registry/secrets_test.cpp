#include "registry/secrets.hpp"

#include "support/catch.hpp"

using namespace occy;
using registry::Secrets;

TEST_CASE("secrets: those of a login, plain, in a form, and as Basic", "[registry]") {
  const Secrets secrets = Secrets::of(Login{.username = "u", .password = "a:b", .identity_token = "t/k"});
  CHECK(secrets.covered("no a:b for u, no t/k, a:b, dTphOmI=!") == "no *** for u, no ***, ***, ***!");
  CHECK(secrets.covered("password=a%3Ab&refresh_token=t%2Fk") == "password=***&refresh_token=***");
  CHECK(secrets.covered("dTphOmI%3D") == "***");
}

TEST_CASE("secrets: of nobody there are none", "[registry]") {
  CHECK(Secrets::of(std::nullopt).covered("no a:b") == "no a:b");
  CHECK(Secrets::of(Login{.username = "u"}).covered("no u") == "no u");
  CHECK(Secrets::in_authorization("").covered("no u") == "no u");
}

TEST_CASE("secrets: those of an authorization, with and without its scheme", "[registry]") {
  const Secrets bearer = Secrets::in_authorization("Bearer a/b=");
  CHECK(bearer.covered("Bearer a/b= is no good, a/b= is not, a%2Fb%3D is not") ==
        "Bearer *** is no good, *** is not, *** is not");
  const Secrets basic = Secrets::in_authorization("Basic dTphOmI=");
  CHECK(basic.covered("Basic dTphOmI= is u:a:b, a%3Ab") == "Basic *** is u:***, ***");
}

TEST_CASE("secrets: parts and other spellings of one are found", "[registry]") {
  const Secrets secrets = Secrets::of(Login{.username = "user", .password = "p/s\"wörd+long"});
  for (const char* text : {R"(p\/s\"w\u00f6rd+long)", R"(not \u0070\u002fs\"w\u00F6rd)", "p%2fs%22w%c3%b6rd",
                           "p/s\"wörd", "wörd+lon", "a%2Fb dXNlcjpwL3M", R"(\u0064\u0058NlcjpwL3M)"}) {
    INFO(text);
    CHECK(secrets.are_hinted_at(text));
  }
  for (const char* text : {"", "p/s", "wörd+l", "no ***", "100% \\", "%zz \\u12", "\\"}) {
    INFO(text);
    CHECK_FALSE(secrets.are_hinted_at(text));
  }
  const Secrets brief = Secrets::of(Login{.username = "u", .password = "a/b"});
  CHECK(brief.are_hinted_at(R"(a\/b)"));
  CHECK_FALSE(brief.are_hinted_at("a b"));
}

TEST_CASE("secrets: a secret of stars, and one in another", "[registry]") {
  const Secrets star = Secrets::of(Login{.username = "u", .password = "*"});
  CHECK(star.covered("stars") == "stars");
  CHECK(star.covered("* is the password") == "*** is the password");
  const Secrets nested = Secrets::of(Login{.username = "u", .password = "abc", .identity_token = "abcdef"});
  CHECK(nested.covered("abcdef abc") == "*** ***");
}
