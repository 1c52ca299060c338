#include "docker/error_message.hpp"

#include <array>

#include "model/json.hpp"

namespace occy::docker {
namespace {

/// Longer messages bury what a reader needs.
constexpr std::size_t kLineBytes = 1'000;

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; }

std::string_view line_with(std::string_view text, std::string_view marker) {
  const std::size_t found = text.find(marker);
  if (found == std::string_view::npos) return {};
  const std::string_view rest = text.substr(found + marker.size());
  return rest.substr(0, rest.find('\n'));
}

std::string without_tags(std::string_view html) {
  std::string text;
  bool in_tag = false;
  for (const char c : html) {
    if (c == '<') in_tag = true;
    if (!in_tag) text += c;
    if (c != '>') continue;
    in_tag = false;
    text += '\n';
  }
  return text;
}

std::string first_line(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string line = one_line(text.substr(0, end));
    if (!line.empty()) return line;
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return {};
}

std::string text_message(std::string_view body) {
  const std::size_t begin = body.find_first_not_of(" \t\r\n");
  const bool is_html = begin != std::string_view::npos && body[begin] == '<';
  return first_line(is_html ? without_tags(body) : std::string{body});
}

}  // namespace

std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const char shown = is_control(c) ? ' ' : c;
    if (shown != ' ' || (!line.empty() && line.back() != ' ')) line += shown;
    if (line.size() == kLineBytes) break;
  }
  if (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

std::string_view archive_line(std::string_view message) {
  const std::string_view docker = line_with(message, "* docker-archive: ");
  const std::string_view oci = line_with(message, "* oci-archive: ");
  // Of an OCI layout, the docker-archive reader only says that there is no manifest.json; of a docker-save archive, the
  // oci-archive reader only that there is no index.json.
  const bool was_layout = docker.find("file does not exist") != std::string_view::npos &&
                          docker.find("manifest.json") != std::string_view::npos && !oci.empty() &&
                          oci.find("index.json") == std::string_view::npos;
  if (was_layout) return oci;
  return docker.empty() ? message : docker;
}

std::string error_message(std::string_view body, const Limits& limits) {
  body = body.substr(0, limits.error_body_bytes);
  const result<boost::json::value> document = json::parse(body, limits);
  if (document.has_error() || !document->is_object()) return text_message(body);
  for (const char* key : {"message", "cause"})
    if (const boost::json::value* text = json::member(*document, key); text != nullptr && text->is_string())
      if (std::string line = one_line(archive_line(text->as_string())); !line.empty()) return line;
  return {};
}

}  // namespace occy::docker
