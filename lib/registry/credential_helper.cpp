#include "registry/credential_helper.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "model/json.hpp"

namespace occy::registry {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostMessage = 256;
constexpr std::string_view kNone = "credentials not found in native keychain";

// A program must not be taken from wherever somebody happens to stand.
std::optional<fs::path> find_program(const std::string& name, std::string_view path) {
  while (!path.empty()) {
    const std::size_t end = std::min(path.find(':'), path.size());
    const fs::path program = fs::path(path.substr(0, end)) / name;
    std::error_code unreadable;
    if (program.is_absolute() && fs::is_regular_file(program, unreadable) && ::access(program.c_str(), X_OK) == 0)
      return program;
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return std::nullopt;
}

std::string_view trimmed_line(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t\r\n"), text.size());
  text.remove_prefix(begin);
  text = text.substr(0, text.find_first_of("\r\n"));
  return text.substr(0, kMostMessage);
}

// By the protocol a failure's message is what was written to the output. A helper that writes an answer there, and
// fails, has written a secret.
std::string message_of(int exit_code, const io::ProgramResult& result) {
  std::string_view line = trimmed_line(result.output);
  if (line.empty()) line = trimmed_line(result.complaints);
  if (result.output.find('{') != std::string::npos) line = {};
  return "exit code " + std::to_string(exit_code) + (line.empty() ? "" : ": ") + std::string(line);
}

Error helper_error(Errc code, const CredentialHelper& helper, std::string what, std::string found) {
  return {code,
          Side::usage,
          {.subject = "docker-credential-" + helper.name,
           .what = std::move(what),
           .found = std::move(found),
           .hint = "it is named by " + std::string(helper.named_by)}};
}

result<std::string> answer_member(const boost::json::value& answer, std::string_view name) {
  return json::string_member(answer, name, "the answer");
}

}  // namespace

std::optional<Login> ask_helper(const CredentialHelper& helper, const std::string& server,
                                const std::stop_token& stop) {
  const std::string name = "docker-credential-" + helper.name;
  const std::optional<fs::path> program = find_program(name, helper.path);
  if (!program)
    throw helper_error(Errc::not_found, helper, "the program is not there", "searched in " + std::string(helper.path));

  const io::ProgramResult said =
      io::run_program({.path = *program, .arguments = {"get"}, .input = server}, {.stop = stop}, Side::usage);
  if (said.exit_code != 0 && trimmed_line(said.output) == kNone) return std::nullopt;
  // Where it is not known, what was said decides.
  const int exit_code = said.exit_code.value_or(0);
  if (exit_code != 0) throw helper_error(Errc::refused, helper, "fails for " + server, message_of(exit_code, said));
  result<Login> login = parse_helper_answer(said.output, name, {});
  if (login.has_error())
    throw helper_error(Errc::bad_document, helper, "gives no login for " + server, login.error().message);
  return std::move(*login);
}

result<Login> parse_helper_answer(std::string_view text, std::string origin, const Limits& limits) {
  const result<boost::json::value> answer = json::parse(text, limits);
  if (answer.has_error()) return answer.error();
  result<std::string> username = answer_member(*answer, "Username");
  if (username.has_error()) return username.error();
  result<std::string> secret = answer_member(*answer, "Secret");
  if (secret.has_error()) return secret.error();
  if (*username == "<token>") return Login{.identity_token = std::move(*secret), .origin = std::move(origin)};
  return Login{.username = std::move(*username), .password = std::move(*secret), .origin = std::move(origin)};
}

}  // namespace occy::registry
