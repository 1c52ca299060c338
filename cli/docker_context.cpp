#include "docker_context.hpp"

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <utility>

#include "environment.hpp"
#include "occy/digest.hpp"
#include "occy/error.hpp"

namespace occy::cli {
namespace {

// Real ones have a few hundred bytes.
constexpr std::streamsize kMostBytes = 1 << 20;

// Empty when there is neither DOCKER_CONFIG nor HOME.
std::filesystem::path config_directory() {
  if (const std::string directory = variable("DOCKER_CONFIG"); !directory.empty()) return directory;
  const std::string home = variable("HOME");
  return home.empty() ? std::filesystem::path() : std::filesystem::path(home) / ".docker";
}

[[noreturn]] void refuse(Errc code, const std::filesystem::path& path, std::string what, std::string found) {
  throw Error(code, Side::input,
              {.subject = path,
               .what = std::move(what),
               .found = std::move(found),
               .hint = "set DOCKER_HOST=unix:///PATH, or add ?socket=PATH to the URI, to do without it"});
}

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes(static_cast<std::size_t>(kMostBytes), '\0');
  file.read(bytes.data(), kMostBytes);
  if (file.bad() || !file.is_open()) refuse(Errc::io, path, "cannot read", "");
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

boost::json::value document(const std::filesystem::path& path) {
  boost::system::error_code error;
  boost::json::value value = boost::json::parse(bytes_of(path), error);
  if (error) refuse(Errc::bad_document, path, "not JSON", error.message());
  return value;
}

// The text at a JSON pointer; empty when there is none.
std::string text_at(const boost::json::value& document, std::string_view pointer) {
  boost::system::error_code error;
  const boost::json::value* found = document.find_pointer(pointer, error);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : "";
}

std::string configured_context() {
  const std::filesystem::path directory = config_directory();
  if (directory.empty()) return "";
  std::error_code ignored;
  const std::filesystem::path path = directory / "config.json";
  return std::filesystem::exists(path, ignored) ? text_at(document(path), "/currentContext") : "";
}

}  // namespace

std::optional<std::string> current_docker_context() {
  std::string context = variable("DOCKER_CONTEXT");
  if (context.empty()) context = configured_context();
  if (context.empty() || context == "default") return std::nullopt;
  return context;
}

std::string docker_context_host(const std::string& context) {
  const std::filesystem::path path = config_directory() / "contexts" / "meta" / sha256(context).hex() / "meta.json";
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored))
    refuse(Errc::not_found, path, "no such docker context: '" + context + "'", "no such file");
  std::string host = text_at(document(path), "/Endpoints/docker/Host");
  if (host.empty()) refuse(Errc::bad_document, path, "docker context '" + context + "' names no host", "");
  return host;
}

}  // namespace occy::cli
