#include "occy/reference.hpp"

#include <algorithm>

namespace occy {
namespace {

constexpr std::size_t kNameLimit = 255;
constexpr std::size_t kTagLimit = 128;
constexpr std::string_view kDefaultDomain = "docker.io";
constexpr std::string_view kOldDefaultDomain = "index.docker.io";
constexpr std::string_view kDefaultNamespace = "library/";

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_lower(char c) noexcept { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
bool is_alphanumeric(char c) noexcept { return is_digit(c) || is_lower(c) || is_upper(c); }
bool is_path_letter(char c) noexcept { return is_digit(c) || is_lower(c); }
bool is_hex(char c) noexcept { return is_digit(c) || (c >= 'a' && c <= 'f'); }

/// A piece of the text, which knows where it stands, for the positions of errors.
struct Piece {
  std::string_view text;
  std::size_t position = 0;

  [[nodiscard]] Piece first(std::size_t count) const { return {text.substr(0, count), position}; }
  [[nodiscard]] Piece from(std::size_t start) const { return {text.substr(start), position + start}; }
};

using Refusal = std::optional<ParseError>;

/// Calls `check` for every part between separators; the first refusal wins.
template <class Check>
Refusal each_part(Piece piece, char separator, Check check) {
  while (true) {
    const std::size_t end = std::min(piece.text.find(separator), piece.text.size());
    if (Refusal refusal = check(piece.first(end))) return refusal;
    if (end == piece.text.size()) return {};
    piece = piece.from(end + 1);
  }
}

Refusal check_host_label(const Piece& label) {
  const std::string_view text = label.text;
  if (text.empty()) return ParseError{"reference: empty part in the registry's host name", label.position};
  for (std::size_t i = 0; i < text.size(); ++i)
    if (!is_alphanumeric(text[i]) && text[i] != '-')
      return ParseError{"reference: character not allowed in the registry's host name", label.position + i};
  if (text.front() == '-' || text.back() == '-')
    return ParseError{"reference: part of the registry's host name begins or ends with \"-\"", label.position};
  return {};
}

Refusal check_port(const Piece& port) {
  if (port.text.empty() || !std::ranges::all_of(port.text, is_digit))
    return ParseError{"reference: expected a port number after \":\"", port.position};
  return {};
}

Refusal check_bracketed_address(const Piece& domain) {
  const std::size_t end = domain.text.find(']');
  const auto in_address = [](char c) { return c == ':' || is_digit(c) || is_hex(c) || (c >= 'A' && c <= 'F'); };
  if (end == std::string_view::npos || end == 1 || !std::ranges::all_of(domain.text.substr(1, end - 1), in_address))
    return ParseError{"reference: expected an IPv6 address in brackets", domain.position};
  const Piece rest = domain.from(end + 1);
  if (rest.text.empty()) return {};
  if (rest.text.front() != ':')
    return ParseError{"reference: expected \":\" or \"/\" after the address", rest.position};
  return check_port(rest.from(1));
}

Refusal check_domain(const Piece& domain) {
  if (domain.text.starts_with('[')) return check_bracketed_address(domain);
  const std::size_t colon = domain.text.find(':');
  if (colon != std::string_view::npos)
    if (Refusal refusal = check_port(domain.from(colon + 1))) return refusal;
  return each_part(domain.first(colon), '.', check_host_label);
}

/// Between letters and digits stands one ".", one or two "_", or any number of "-".
bool is_separator(std::string_view run) noexcept {
  if (run == "." || run == "_" || run == "__") return true;
  return std::ranges::all_of(run, [](char c) { return c == '-'; });
}

Refusal check_component(const Piece& component) {
  const std::string_view text = component.text;
  if (text.empty()) return ParseError{"reference: empty part in the name", component.position};
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_upper(text[i])) return ParseError{"reference: the name must be lower case", component.position + i};
    if (!is_path_letter(text[i]) && std::string_view("._-").find(text[i]) == std::string_view::npos)
      return ParseError{"reference: character not allowed in the name", component.position + i};
  }
  if (!is_path_letter(text.front()) || !is_path_letter(text.back()))
    return ParseError{"reference: part of the name begins or ends with a separator", component.position};
  for (std::size_t i = 0; i < text.size();) {
    const auto run = std::ranges::find_if(text.substr(i), is_path_letter) - text.substr(i).begin();
    if (run > 0 && !is_separator(text.substr(i, static_cast<std::size_t>(run))))
      return ParseError{"reference: expected one \".\", \"_\", \"__\" or dashes between letters",
                        component.position + i};
    i += static_cast<std::size_t>(run) + 1;
  }
  return {};
}

Refusal check_tag(const Piece& tag) {
  if (tag.text.empty()) return ParseError{"reference: empty tag", tag.position};
  if (tag.text.size() > kTagLimit) return ParseError{"reference: tag longer than 128 characters", tag.position};
  for (std::size_t i = 0; i < tag.text.size(); ++i) {
    const char c = tag.text[i];
    if (is_alphanumeric(c) || c == '_' || (i > 0 && (c == '.' || c == '-'))) continue;
    return ParseError{"reference: character not allowed in the tag", tag.position + i};
  }
  return {};
}

bool is_domain(std::string_view text) noexcept {
  return text == "localhost" || text.find_first_of(".:") != std::string_view::npos ||
         std::ranges::any_of(text, is_upper);
}

bool is_image_id(std::string_view name) noexcept { return name.size() == 64 && std::ranges::all_of(name, is_hex); }

Refusal read_name(const Piece& name, Reference& reference) {
  if (name.text.empty()) return ParseError{"reference: empty name", name.position};
  if (name.text.size() > kNameLimit) return ParseError{"reference: name longer than 255 characters", name.position};
  Piece path = name;
  const std::size_t slash = name.text.find('/');
  if (slash != std::string_view::npos && is_domain(name.text.substr(0, slash))) {
    if (Refusal refusal = check_domain(name.first(slash))) return refusal;
    reference.domain = name.text.substr(0, slash);
    path = name.from(slash + 1);
  }
  reference.path = path.text;
  return each_part(path, '/', check_component);
}

Refusal read_digest(const Piece& text, Reference& reference) {
  const result<Digest> digest = Digest::parse(text.text);
  if (!digest) return ParseError{"reference: " + digest.error().message, text.position + digest.error().position};
  reference.digest = *digest;
  return {};
}

/// A colon after the last slash begins the tag; one before it belongs to a port or an address.
std::size_t tag_colon(std::string_view text) noexcept {
  const std::size_t slash = text.rfind('/');
  return text.find(':', slash == std::string_view::npos ? 0 : slash);
}

Refusal read(Piece text, Reference& reference) {
  if (is_image_id(text.text)) return ParseError{"reference: 64 hexadecimal digits are an image id, not a name", 0};
  if (const std::size_t at = text.text.find('@'); at != std::string_view::npos) {
    if (Refusal refusal = read_digest(text.from(at + 1), reference)) return refusal;
    text = text.first(at);
  }
  if (const std::size_t colon = tag_colon(text.text); colon != std::string_view::npos) {
    if (Refusal refusal = check_tag(text.from(colon + 1))) return refusal;
    reference.tag = text.text.substr(colon + 1);
    text = text.first(colon);
  }
  return read_name(text, reference);
}

}  // namespace

result<Reference> Reference::parse(std::string_view text) {
  Reference reference;
  if (Refusal refusal = read({text}, reference)) return *refusal;
  return reference;
}

std::string Reference::str() const {
  std::string text = domain.empty() ? path : domain + '/' + path;
  if (!tag.empty()) text += ':' + tag;
  if (digest) text += '@' + digest->str();
  return text;
}

Reference Reference::with_default_tag() const {
  Reference copy = *this;
  if (tag.empty() && !digest) copy.tag = "latest";
  return copy;
}

std::string Reference::canonical() const {
  Reference full = with_default_tag();
  if (full.domain.empty() || full.domain == kOldDefaultDomain) full.domain = kDefaultDomain;
  if (full.domain == kDefaultDomain && full.path.find('/') == std::string::npos) full.path.insert(0, kDefaultNamespace);
  return full.str();
}

}  // namespace occy
