#include "registry/challenge.hpp"

#include "support/catch.hpp"

using occy::registry::Challenge;
using occy::registry::parse_challenges;

namespace {

// "bearer(realm=x,service=y) basic(realm=z)": what was read, in one line.
std::string shown(std::string_view field) {
  std::string line;
  for (const Challenge& challenge : parse_challenges(field).value()) {
    line += (line.empty() ? "" : " ") + challenge.scheme + "(";
    for (const auto& [name, value] : challenge.parameters) line += "[" + name + "=" + value + "]";
    line += ")";
  }
  return line;
}

std::string challenge_fault(std::string_view field) { return parse_challenges(field).error().message; }

}  // namespace

TEST_CASE("challenge: what a registry says", "[registry]") {
  const auto challenges = parse_challenges(
      R"(Bearer realm="https://auth.example/token",service="registry.example",scope="repository:a/b:pull,push")");
  REQUIRE(challenges->size() == 1);
  const Challenge& bearer = challenges->front();
  CHECK(bearer.scheme == "bearer");
  CHECK(bearer.parameter("realm") == "https://auth.example/token");
  CHECK(bearer.parameter("service") == "registry.example");
  CHECK(bearer.parameter("scope") == "repository:a/b:pull,push");
  CHECK(bearer.parameter("error").empty());
}

TEST_CASE("challenge: fields and what they say", "[registry]") {
  const auto [field, said] = GENERATE(table<std::string, std::string>({
      {"", ""},
      {" , ,", ""},
      {"Basic", "basic()"},
      {"BASIC REALM=\"Registry\"", "basic([realm=Registry])"},
      {"Bearer service=s,realm=r , error = \"invalid_token\"", "bearer([service=s][realm=r][error=invalid_token])"},
      {R"(Basic realm="a, b \"c\" \\", Bearer realm="d")", R"(basic([realm=a, b "c" \]) bearer([realm=d]))"},
      {"Negotiate, Basic realm=x", "negotiate() basic([realm=x])"},
      {"Negotiate YII=, NTLM abc==, Other a/b+c, Basic realm=x", "negotiate() ntlm() other() basic([realm=x])"},
      {"Digest a=1,, b=2,Basic  realm=\"\"", "digest([a=1][b=2]) basic([realm=])"},
      {"Bearer\trealm=\"x\"\t,\tservice=\"y\"", "bearer([realm=x][service=y])"},
      {"Bearer realm=\"x\",", "bearer([realm=x])"},
      {"One,Two,Three a=b", "one() two() three([a=b])"},
  }));
  INFO(field);
  CHECK(shown(field) == said);
}

TEST_CASE("challenge: what is none is refused, with its position", "[registry]") {
  CHECK(challenge_fault(R"(Bearer realm="x)") == "a quoted string has no end");
  CHECK(challenge_fault(R"(Bearer realm="x\)") == "a quoted string has no end");
  CHECK(challenge_fault(R"(Bearer realm="x" service="y")") == "expected a comma");
  CHECK(challenge_fault("Bearer realm=x, =y") == "expected a scheme or a parameter");
  CHECK(challenge_fault("\"Bearer\" realm=x") == "expected a scheme or a parameter");
  CHECK(challenge_fault("Bearer \"x\"") == "expected a parameter");
  CHECK(challenge_fault("Bearer realm=x, Realm=y") == "the parameter \"realm\" comes twice");
  CHECK(challenge_fault(std::string_view("Bearer realm=x\0", 15)) == "expected a comma");
  CHECK(parse_challenges("Bearer realm=x; y").error().position == 14);
}

TEST_CASE("challenge: a field may not be endless", "[registry]") {
  std::string schemes;
  for (int i = 0; i < 17; ++i) schemes += "A,";
  CHECK(challenge_fault(schemes) == "more than 16 challenges");

  std::string parameters = "A ";
  for (int i = 0; i < 33; ++i) parameters += "p" + std::to_string(i) + "=1,";
  CHECK(challenge_fault(parameters) == "more than 32 parameters");

  CHECK(challenge_fault(std::string(16385, ',')) == "longer than 16 KiB");
}
