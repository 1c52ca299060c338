#include "registry/auth_file.hpp"

#include "support/catch.hpp"

using namespace occy;
using registry::AuthFile;
using registry::AuthKey;
using registry::parse_auth_file;

namespace {

AuthFile file(std::string_view text) { return parse_auth_file(text, {}).value(); }

std::string auth_file_fault(std::string_view text) { return parse_auth_file(text, {}).error().message; }

// "user:password", "user:password token" or "none".
std::string found(const AuthFile& file, std::string_view registry, std::string_view repository = "a/b") {
  const AuthFile::Entry* entry = file.login_for(registry, repository);
  if (entry == nullptr) return "none";
  const std::string& token = entry->login.identity_token;
  return entry->login.username + ":" + entry->login.password + (token.empty() ? "" : " " + token);
}

}  // namespace

TEST_CASE("auth file: keys as docker and containers write them", "[registry]") {
  const auto [text, key] = GENERATE(
      table<std::string, AuthKey>({{"registry.example:5000", {"registry.example:5000"}},
                                   {"https://registry.example/v2/", {"registry.example"}},
                                   {"http://registry.example/v1", {"registry.example"}},
                                   {"Registry.Example/", {"registry.example"}},
                                   {"https://index.docker.io/v1/", {"docker.io"}},
                                   {"registry-1.docker.io", {"docker.io"}},
                                   {"docker.io/me", {"docker.io", "me"}},
                                   {"[::1]:5000/team/app/", {"[::1]:5000", "team/app"}},
                                   {"https://index.docker.io/v1/refresh-token", {"docker.io", "v1/refresh-token"}},
                                   {"", {""}}}));
  INFO(text);
  CHECK(AuthKey::parse(text) == key);
}

TEST_CASE("auth file: the longest key that covers the repository counts", "[registry]") {
  const AuthFile logins = file(R"({"auths": {
    "r.example": {"username": "all", "password": "1"},
    "r.example/team": {"username": "team", "password": "2"},
    "r.example/team/app": {"username": "app", "password": "3"},
    "https://r.example/v2/": {"username": "late", "password": "4"}}})");
  CHECK(found(logins, "r.example", "other") == "all:1");
  CHECK(found(logins, "r.example", "team/x") == "team:2");
  CHECK(found(logins, "r.example", "teams/x") == "all:1");
  CHECK(found(logins, "r.example", "team/app") == "app:3");
  CHECK(found(logins, "r.example", "team/app/x") == "app:3");
  CHECK(found(logins, "r.example:5000", "team") == "none");
  CHECK(found(logins, "example", "team") == "none");
}

TEST_CASE("auth file: what an entry may hold", "[registry]") {
  const auto [entry, login] = GENERATE(
      table<std::string, std::string>({{R"({"auth": "dTphOmI="})", "u:a:b"},
                                       {R"({"auth": "dTpwAAA="})", "u:p"},
                                       {R"({"auth": "dTpw", "username": "other", "password": "other"})", "u:p"},
                                       {R"({"username": "u", "password": "p", "email": "x"})", "u:p"},
                                       {R"({"auth": "dTo=", "identitytoken": "t"})", "u: t"},
                                       {R"({"identitytoken": "t"})", ": t"},
                                       {"{}", "none"},
                                       {R"({"auth": ""})", "none"}}));
  INFO(entry);
  CHECK(found(file(R"({"auths": {"r.example": )" + entry + "}}"), "r.example") == login);
}

TEST_CASE("auth file: helpers and the store", "[registry]") {
  const AuthFile helpers = file(R"({"auths": {"r.example": {}}, "credsStore": "desktop.exe",
    "credHelpers": {"https://index.docker.io/v1/": "hub", "r.example": "ecr-login", "r.example/a": "gcr_2"}})");
  CHECK(helpers.store == "desktop.exe");
  REQUIRE(helpers.helper_for("docker.io", "x") != nullptr);
  CHECK(helpers.helper_for("docker.io", "x")->name == "hub");
  CHECK(helpers.helper_for("r.example", "a/b")->name == "gcr_2");
  CHECK(helpers.helper_for("r.example", "b")->name == "ecr-login");
  CHECK(helpers.helper_for("other.example", "b") == nullptr);
}

TEST_CASE("auth file: what knows nothing is no fault", "[registry]") {
  const std::string text = GENERATE("{}", R"({"auths": {}})", R"({"auths": null, "credHelpers": null})",
                                    R"({"HttpHeaders": {"User-Agent": "x"}, "psFormat": 5, "credsStore": ""})");
  INFO(text);
  CHECK(found(file(text), "r.example") == "none");
}

TEST_CASE("auth file: what is broken is named, and no secret with it", "[registry]") {
  const auto [text, message] = GENERATE(table<std::string, std::string>(
      {{"[]", "expected an object, found an array"},
       {R"({"auths": []})", "auths: expected an object, found an array"},
       {R"({"auths": {"r": "s3cret"}})", "auths[\"r\"]: expected an object, found a string"},
       {R"({"auths": {"r": {"auth": "s3cret!"}}})", "auths[\"r\"].auth: a character that base64 does not have"},
       {R"({"auths": {"r": {"auth": "czNjcmV0"}}})", "auths[\"r\"].auth: expected base64 of \"user:password\""},
       {R"({"auths": {"r": {"password": 5}}})", "auths[\"r\"]: password: expected a string, found a number"},
       {R"({"credHelpers": {"r": "../../bin/sh"}})", "credHelpers[\"r\"]: expected the name of a helper"},
       {R"({"credHelpers": {"r": ""}})", "credHelpers[\"r\"]: expected the name of a helper"},
       {R"({"credHelpers": {"r": 5}})", "credHelpers[\"r\"]: expected the name of a helper"},
       {R"({"credsStore": "a/b"})", "credsStore: expected the name of a helper"},
       {R"({"credsStore": {}})", "the file: credsStore: expected a string, found an object"},
       {R"({"auths": {"r": {}, "r": {}}})", "the key \"r\" comes twice in one object"}}));
  INFO(text);
  CHECK(auth_file_fault(text) == message);
}
