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

TEST_CASE("secrets: a secret of stars, and one in another", "[registry]") {
  const Secrets star = Secrets::of(Login{.username = "u", .password = "*"});
  CHECK(star.covered("stars") == "stars");
  CHECK(star.covered("* is the password") == "*** is the password");
  const Secrets nested = Secrets::of(Login{.username = "u", .password = "abc", .identity_token = "abcdef"});
  CHECK(nested.covered("abcdef abc") == "*** ***");
}
