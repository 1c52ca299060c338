#include "occy/credentials.hpp"

#include <chrono>
#include <map>
#include <mutex>
#include <span>
#include <utility>

#include "io/file.hpp"
#include "occy/error.hpp"
#include "occy/limits.hpp"
#include "registry/auth_file.hpp"
#include "registry/credential_helper.hpp"

namespace occy {
namespace {

using Clock = std::chrono::steady_clock;

// What a helper says is good for a while: it may take a second, and there may be a thousand repositories. Passwords of
// clouds end after an hour or so.
constexpr std::chrono::minutes kAnswerLifetime{5};

// A password that is wrong for a thousand repositories must not be asked for a thousand times.
constexpr std::chrono::seconds kLeastLifetime{5};

// Missing: there is none.
std::optional<std::string> read_text(const std::filesystem::path& path, const Limits& limits) {
  std::error_code unknown;
  if (std::filesystem::status(path, unknown).type() == std::filesystem::file_type::not_found) return std::nullopt;
  const io::File file = io::File::open_to_read(path, Side::usage);
  if (file.size() > limits.document_bytes)
    throw Error(Errc::limit, Side::usage,
                {path.string(), "larger than auth files are", std::to_string(limits.document_bytes) + " bytes at most",
                 std::to_string(file.size())});
  std::string text(file.size(), '\0');
  text.resize(file.read_at(std::as_writable_bytes(std::span(text)), 0));
  return text;
}

registry::AuthFile read_auth_file(const std::filesystem::path& path) {
  const std::optional<std::string> text = read_text(path, {});
  // Docker too takes a file of nothing for one without logins.
  if (!text || text->find_first_not_of(" \t\r\n") == std::string::npos) return {};
  result<registry::AuthFile> file = registry::parse_auth_file(*text, {});
  if (file.has_error())
    throw Error(Errc::bad_document, Side::usage,
                {.subject = path.string(), .what = "cannot read the logins in it", .found = file.error().message});
  return std::move(*file);
}

// The names under which `docker login` and `podman login` keep a registry with their helpers.
std::vector<std::string> servers_of(std::string_view registry) {
  if (registry == "docker.io") return {"https://index.docker.io/v1/", "docker.io"};
  return {std::string(registry)};
}

}  // namespace

CredentialSource::~CredentialSource() = default;

void CredentialSource::refused(std::string_view /*registry*/) {}

struct AuthFiles::State {
  std::optional<Login> find_in(const std::filesystem::path& path, std::string_view registry,
                               std::string_view repository) {
    const registry::AuthFile file = read_auth_file(path);
    if (const auto* helper = file.helper_for(registry, repository); helper != nullptr)
      if (std::optional<Login> login = ask(helper->name, path, registry)) return login;
    if (const auto* entry = file.login_for(registry, repository); entry != nullptr) {
      Login login = entry->login;
      login.origin = path.string();
      return login;
    }
    return file.store.empty() ? std::nullopt : ask(file.store, path, registry);
  }

  std::optional<Login> ask(const std::string& name, const std::filesystem::path& path, std::string_view registry) {
    for (const std::string& server : servers_of(registry))
      if (std::optional<Login> login = ask_about(name, path, server)) return login;
    return std::nullopt;
  }

  // One helper at a time: some ask a person, and they should not ask twice.
  std::optional<Login> ask_about(const std::string& name, const std::filesystem::path& path,
                                 const std::string& server) {
    const std::lock_guard lock(mutex);
    Answer& answer = answers[{name, server}];
    if (Clock::now() < answer.until) return answer.login;
    answer.login = registry::ask_helper({name, helper_path, path.native()}, server, stop);
    answer.until = Clock::now() + kAnswerLifetime;
    return answer.login;
  }

  // The second time in short, it is not the helper's memory that is old.
  void drop_answers(const std::string& server) {
    const std::lock_guard lock(mutex);
    for (auto& [question, answer] : answers) {
      if (question.second != server || Clock::now() < answer.keep_until) continue;
      answer.until = {};
      answer.keep_until = Clock::now() + kLeastLifetime;
    }
  }

  struct Answer {
    std::optional<Login> login;
    Clock::time_point until = {};
    Clock::time_point keep_until = {};  ///< also when it is refused
  };

  std::vector<std::filesystem::path> files;
  std::string helper_path;
  std::stop_token stop;

  std::mutex mutex;
  std::map<std::pair<std::string, std::string>, Answer> answers;
};

AuthFiles::AuthFiles(std::vector<std::filesystem::path> files, std::string helper_path, std::stop_token stop)
    : state_(std::make_unique<State>()) {
  state_->files = std::move(files);
  state_->helper_path = std::move(helper_path);
  state_->stop = std::move(stop);
}

AuthFiles::~AuthFiles() = default;

std::optional<Login> AuthFiles::find(std::string_view registry, std::string_view repository) {
  for (const std::filesystem::path& path : state_->files)
    if (std::optional<Login> login = state_->find_in(path, registry, repository)) return login;
  return std::nullopt;
}

void AuthFiles::refused(std::string_view registry) {
  for (const std::string& server : servers_of(registry)) state_->drop_answers(server);
}

}  // namespace occy
