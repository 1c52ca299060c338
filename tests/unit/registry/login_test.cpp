#include "registry/login.hpp"

#include "support/catch.hpp"
#include "support/error_of.hpp"

using namespace occy;
using registry::basic_authorization;
using test::error_of;

namespace {

Error basic_error(const Login& login) {
  return error_of([&] { (void)basic_authorization(login, "registry.example", Side::output); });
}

}  // namespace

TEST_CASE("login: Basic is user and password, also a password with a colon", "[registry]") {
  CHECK(basic_authorization({.username = "Aladdin", .password = "open sesame"}, "r", Side::input) ==
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  CHECK(basic_authorization({.username = "u", .password = "a:b"}, "r", Side::input) == "Basic dTphOmI=");
}

TEST_CASE("login: what Basic cannot carry is refused, and the secret is not shown", "[registry]") {
  const auto [login, what] = GENERATE(table<Login, std::string>(
      {{{.username = "a:b", .password = "s3cret"}, "a user name with a colon cannot be sent"},
       {{.username = "a\n", .password = "s3cret"}, "a user name with control characters cannot be sent"},
       {{.username = "a", .password = "s3cret\r\n"}, "a password with control characters cannot be sent"},
       {{.username = "a", .identity_token = "s3cret"},
        "the registry wants a password, and only an identity token is known"}}));
  const Error error = basic_error(login);
  CHECK(error.code() == Errc::refused);
  CHECK(error.side() == Side::output);
  CHECK(error.detail().subject == "registry.example");
  CHECK(error.detail().what == what);
  CHECK(std::string(error.what()).find("s3cret") == std::string::npos);
}

TEST_CASE("login: it is shown by user and origin", "[registry]") {
  CHECK(registry::shown(std::nullopt) == "anonymous");
  CHECK(registry::shown(Login{.username = "bob", .password = "s", .origin = "the URI"}) == "user bob (from the URI)");
  CHECK(registry::shown(Login{.username = "bob"}) == "user bob");
  CHECK(registry::shown(Login{.identity_token = "s", .origin = "x"}) == "an identity token (from x)");
}
