#include "occy/credentials.hpp"

#include <filesystem>
#include <thread>

#include "occy/error.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/temp_dir.hpp"

namespace fs = std::filesystem;
using namespace occy;
using namespace occy::test;
using namespace std::chrono_literals;

namespace {

/// A directory with auth files and helpers.
struct Home {
  fs::path config(std::string_view text, std::string_view name = "config.json") {
    return write_file(directory / name, text);
  }

  // A helper notes each server that it is asked for, and its arguments.
  void helper(const std::string& name, const std::string& script) {
    const fs::path path = directory / ("docker-credential-" + name);
    write_file(path, "#!/bin/sh\nserver=$(cat)\necho \"$* $server\" >>" + log().string() + "\n" + script + "\n");
    fs::permissions(path, fs::perms::owner_all);
  }

  [[nodiscard]] fs::path log() const { return directory / "asked"; }
  [[nodiscard]] std::string asked() const { return fs::exists(log()) ? read_file(log()) : ""; }

  [[nodiscard]] std::optional<Login> find(std::vector<fs::path> files, std::string_view registry = "r.example") const {
    return AuthFiles(std::move(files), directory.path().string()).find(registry, "team/app");
  }

  TempDir directory;
};

std::string answer(const std::string& user, const std::string& secret) {
  return R"(echo '{"ServerURL":"x","Username":")" + user + R"(","Secret":")" + secret + R"("}')";
}

const std::string kNotFound = "echo 'credentials not found in native keychain'; exit 1";

}  // namespace

TEST_CASE("credentials: the first file that knows the registry counts", "[registry]") {
  Home home;
  const fs::path first = home.config(R"({"auths":{"other.example":{"auth":"eDp5"}}})", "first");
  const fs::path second = home.config(R"({"auths":{"r.example":{"auth":"dTpw"}}})", "second");
  const std::optional<Login> login = home.find({home.directory / "none", home.config("\n", "empty"), first, second});
  REQUIRE(login);
  CHECK(login->username == "u");
  CHECK(login->password == "p");
  CHECK(login->origin == second.string());
  CHECK_FALSE(home.find({first}));
}

TEST_CASE("credentials: a file that cannot be read is an error that names it, not an anonymous request", "[registry]") {
  Home home;
  const fs::path broken = home.config("{\"auths\": {\"r.example\": {\"auth\": \"s3cret");
  const Error error = error_of([&] { (void)home.find({broken}); });
  CHECK(error.code() == Errc::bad_document);
  CHECK(error.detail().subject == broken.string());
  CHECK(error.detail().found == "the text ends before the value does");

  CHECK(error_of([&] { (void)home.find({home.directory.path()}); }).code() == Errc::io);
  CHECK(error_of([&] { (void)home.find({home.config(std::string(5'000'000, ' '))}); }).code() == Errc::limit);
}

TEST_CASE("credentials: a helper of the registry counts before the file, and the file before the store", "[registry]") {
  Home home;
  home.helper("mine", answer("helped", "s"));
  home.helper("store", answer("stored", "s"));
  const std::string auths = R"("auths":{"r.example":{"auth":"dTpw"},"empty.example":{}})";
  const fs::path config = home.config("{" + auths + R"(,"credHelpers":{"h.example":"mine"},"credsStore":"store"})");

  CHECK(home.find({config}, "h.example")->username == "helped");
  CHECK(home.find({config}, "r.example")->username == "u");
  CHECK(home.find({config}, "empty.example")->username == "stored");
  CHECK(home.find({config}, "empty.example")->origin == "docker-credential-store");
  CHECK(home.asked() == "get h.example\nget empty.example\nget empty.example\n");
}

TEST_CASE("credentials: a helper that knows nothing leaves the word to the file", "[registry]") {
  Home home;
  home.helper("mine", kNotFound);
  CHECK(home.find({home.config(R"({"auths":{"r.example":{"auth":"dTpw"}},"credHelpers":{"r.example":"mine"}})")})
            ->username == "u");
  CHECK_FALSE(home.find({home.config(R"({"credsStore":"mine"})")}));
}

TEST_CASE("credentials: Docker Hub has two names with helpers", "[registry]") {
  Home home;
  home.helper("hub", R"([ "$server" = docker.io ] && )" + answer("me", "s") + " || { " + kNotFound + "; }");
  CHECK(home.find({home.config(R"({"credsStore":"hub"})")}, "docker.io")->username == "me");
  CHECK(home.asked() == "get https://index.docker.io/v1/\nget docker.io\n");
}

TEST_CASE("credentials: the user <token> is an identity token", "[registry]") {
  Home home;
  home.helper("t", answer("<token>", "refresh"));
  const std::optional<Login> login = home.find({home.config(R"({"credsStore":"t"})")});
  CHECK(login->identity_token == "refresh");
  CHECK(login->username.empty());
  CHECK(login->password.empty());
}

TEST_CASE("credentials: a helper is asked once for many repositories, also by several threads", "[registry]") {
  Home home;
  home.helper("slow", "sleep 0.1\n" + answer("u", "p"));
  AuthFiles files({home.config(R"({"credsStore":"slow"})")}, home.directory.path().string());
  {
    std::vector<std::jthread> threads;
    for (const char* repository : {"a", "b", "c", "d"})
      threads.emplace_back([&files, repository] { (void)files.find("r.example", repository); });
  }
  CHECK(files.find("r.example", "e")->username == "u");
  CHECK(home.asked() == "get r.example\n");
}

TEST_CASE("credentials: a helper whose login was refused is asked anew, but not each time", "[registry]") {
  Home home;
  home.helper("h", answer("u", "p"));
  AuthFiles files({home.config(R"({"credsStore":"h"})")}, home.directory.path().string());
  (void)files.find("r.example", "a");
  files.refused("other.example");
  (void)files.find("r.example", "a");
  CHECK(home.asked() == "get r.example\n");
  files.refused("r.example");
  (void)files.find("r.example", "a");
  CHECK(home.asked() == "get r.example\nget r.example\n");
  files.refused("r.example");
  (void)files.find("r.example", "a");
  CHECK(home.asked() == "get r.example\nget r.example\n");
}

TEST_CASE("credentials: a helper that fails is an error with its message and without its secret", "[registry]") {
  const auto [script, code, found] = GENERATE(table<std::string, Errc, std::string>(
      {{"echo 'keychain is locked'; echo more; exit 1", Errc::refused, "exit code 1: keychain is locked"},
       {"echo 'no agent' >&2; exit 2", Errc::refused, "exit code 2: no agent"},
       {"exit 3", Errc::refused, "exit code 3"},
       {answer("u", "s3cret") + "; exit 1", Errc::refused, "exit code 1"},
       {"echo s3cret", Errc::bad_document, "not JSON (syntax error)"},
       {R"(echo '{"Username":"u","Secret":5}')", Errc::bad_document,
        "the answer: Secret: expected a string, found a number"}}));
  INFO(script);
  Home home;
  home.helper("bad", script);
  const fs::path config = home.config(R"({"credsStore":"bad"})");
  const Error error = error_of([&] { (void)home.find({config}); });
  CHECK(error.code() == code);
  CHECK(error.detail().subject == "docker-credential-bad");
  CHECK(error.detail().found == found);
  CHECK(error.detail().hint == "it is named by " + config.string());
  CHECK(std::string(error.what()).find("s3cret") == std::string::npos);
}

TEST_CASE("credentials: a helper is searched in absolute directories of its path alone", "[registry]") {
  Home home;
  home.helper("here", answer("u", "p"));
  const fs::path config = home.config(R"({"credsStore":"here"})");
  const std::string there = home.directory.path().string();
  const std::string not_absolute = fs::relative(home.directory.path()).string();

  CHECK(AuthFiles({config}, "/nonexistent::" + there).find("r.example", "a"));
  for (const std::string& path : {std::string{}, std::string{":"}, not_absolute}) {
    AuthFiles files({config}, path);
    const Error error = error_of([&] { (void)files.find("r.example", "a"); });
    CHECK(error.code() == Errc::not_found);
    CHECK(error.detail().what == "the program is not there");
  }
}

TEST_CASE("credentials: a helper is killed when a stop is asked for", "[registry]") {
  Home home;
  home.helper("stuck", "sleep 100");
  std::stop_source stop;
  stop.request_stop();
  AuthFiles files({home.config(R"({"credsStore":"stuck"})")}, home.directory.path().string(), stop.get_token());
  CHECK(error_of([&] { (void)files.find("r.example", "a"); }).code() == Errc::cancelled);
}
