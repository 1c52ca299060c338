#include "uri/schemes.hpp"

#include <algorithm>
#include <utility>

#include "occy/error.hpp"

namespace occy::uri {

const std::vector<Scheme>& schemes() {
  static const std::vector<Scheme> table = {
      tar_scheme(), docker_scheme(), registry_scheme(), dir_scheme(), oci_scheme(), layout_scheme(), mounts_scheme(),
  };
  return table;
}

const std::string* Request::value(std::string_view key) const noexcept {
  const auto found =
      std::find_if(uri.options.begin(), uri.options.end(), [&](const auto& option) { return option.first == key; });
  return found == uri.options.end() ? nullptr : &found->second;
}

Reference image_name(const Request& request, const std::string& text) {
  auto parsed = Reference::parse(text);
  if (!parsed) refuse(request.text, "not an image name: '" + text + "'", "NAME[:TAG]", parsed.error().message);
  return std::move(*parsed);
}

std::optional<std::vector<Reference>> names_of(const Request& request) {
  const std::string* name = request.value("name");
  if (name == nullptr) return std::nullopt;
  return std::vector{image_name(request, *name).with_default_tag()};
}

std::filesystem::path path_of(const Request& request, const char* expected) {
  if (request.uri.rest.empty()) refuse(request.text, "no path", expected);
  return request.uri.rest;
}

bool is_set(const Request& request, std::string_view key) {
  const std::string* value = request.value(key);
  if (value == nullptr || *value == "false") return false;
  if (*value == "true") return true;
  refuse(request.text, "option '" + std::string(key) + "'", "true or false", *value);
}

std::optional<Platform> platform_of(const Request& request) {
  const std::string* os = request.value("os");
  const std::string* architecture = request.value("arch");
  const std::string* variant = request.value("variant");
  if (os == nullptr && architecture == nullptr && variant == nullptr) return request.options.platform;
  Platform platform = request.options.platform.value_or(host_platform());
  if (os != nullptr) platform.os = *os;
  if (architecture != nullptr) platform.architecture = *architecture;
  platform.variant = variant == nullptr ? std::string() : *variant;
  return platform;
}

std::unique_ptr<ImageInput> refuse_input(const Request& request) {
  refuse(request.text, request.uri.scheme + ":// is a destination only", "a source");
}

std::string joined(const std::vector<std::string_view>& words) {
  std::string text;
  for (const std::string_view word : words) text += (text.empty() ? "" : ", ") + std::string(word);
  return text;
}

void refuse(std::string_view text, std::string what, std::string expected, std::string found) {
  throw Error(Errc::bad_text, Side::usage,
              {.subject = std::string(text),
               .what = std::move(what),
               .expected = std::move(expected),
               .found = std::move(found)});
}

}  // namespace occy::uri
