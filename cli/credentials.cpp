#include "credentials.hpp"

#include <filesystem>
#include <utility>
#include <vector>

#include "environment.hpp"
#include "input_text.hpp"
#include "occy/error.hpp"
#include "text_report.hpp"

namespace occy::cli {
namespace {

namespace fs = std::filesystem;

// Tokens of clouds have a few kilobytes.
constexpr std::size_t kMostPasswordBytes = std::size_t{64} * 1024;

[[noreturn]] void refuse_login(const std::string& subject, const std::string& what, const std::string& hint = {}) {
  throw Error(Errc::unsupported, Side::usage, {.subject = subject, .what = what, .hint = hint});
}

std::string read_password() {
  std::string password = read_text("-", kMostPasswordBytes);
  // The end of the line that echo and editors add.
  if (password.ends_with('\n')) password.pop_back();
  if (password.ends_with('\r')) password.pop_back();
  if (password.empty()) refuse_login("--password-stdin", "there is no password on standard input");
  return password;
}

std::optional<Login> login_of(const RegistrySettings& settings) {
  const bool from_input = settings.password_from == RegistrySettings::PasswordFrom::standard_input;
  if (settings.username.empty() && (from_input || !settings.password.empty()))
    refuse_login("--password", "a password without a user", "add --username USER");
  if (settings.username.empty()) return std::nullopt;
  Login login{.username = settings.username,
              .password = from_input ? read_password() : settings.password,
              .origin = "--username"};
  if (login.password.empty()) refuse_login("--username", "a user without a password", "add --password-stdin");
  return login;
}

std::string only_registry(const std::set<std::string>& registries) {
  if (registries.size() > 1)
    refuse_login("--username",
                 "the command names several registries: " +
                     joined(std::vector<std::string>(registries.begin(), registries.end())),
                 "write each login into its URI, registry://USER:PASSWORD@HOST/NAME, or use docker login");
  return registries.empty() ? "" : *registries.begin();
}

// Explicit places go first; then those of docker, of podman and of its friends.
std::vector<fs::path> auth_files() {
  std::vector<fs::path> files;
  const auto add = [&files](const std::string& directory, const char* file) {
    if (!directory.empty()) files.push_back(fs::path(directory) / file);
  };
  if (const std::string file = variable("REGISTRY_AUTH_FILE"); !file.empty()) files.emplace_back(file);
  const std::string home = variable("HOME");
  const std::string docker = variable("DOCKER_CONFIG");
  if (docker.empty())
    add(home, ".docker/config.json");
  else
    add(docker, "config.json");
  add(variable("XDG_RUNTIME_DIR"), "containers/auth.json");
  add(home, ".config/containers/auth.json");
  return files;
}

class CommandCredentials final : public CredentialSource {
 public:
  CommandCredentials(std::optional<Login> login, std::string registry)
      : login_(std::move(login)), registry_(std::move(registry)), files_(auth_files(), variable("PATH")) {}

  std::optional<Login> find(std::string_view registry, std::string_view repository) override {
    return login_ && registry == registry_ ? login_ : files_.find(registry, repository);
  }

 private:
  std::optional<Login> login_;
  std::string registry_;
  AuthFiles files_;
};

std::string first_of(const char* one, const char* other) {
  std::string value = variable(one);
  return value.empty() ? variable(other) : value;
}

}  // namespace

std::unique_ptr<CredentialSource> make_credentials(const RegistrySettings& settings,
                                                   const std::set<std::string>& registries) {
  auto login = login_of(settings);
  std::string registry = login ? only_registry(registries) : std::string();
  return std::make_unique<CommandCredentials>(std::move(login), std::move(registry));
}

Proxies proxies_of_environment() {
  const bool is_web_program = !variable("REQUEST_METHOD").empty();
  return {.http = is_web_program ? variable("http_proxy") : first_of("http_proxy", "HTTP_PROXY"),
          .https = first_of("https_proxy", "HTTPS_PROXY"),
          .no_proxy = first_of("no_proxy", "NO_PROXY")};
}

}  // namespace occy::cli
