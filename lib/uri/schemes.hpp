// uri/schemes.hpp: the table of schemes. A new one joins with a file of its own and a line in the table.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "occy/reference.hpp"
#include "occy/registry.hpp"
#include "occy/uri.hpp"

namespace occy::uri {

/// A URI whose scheme and options are known ones.
struct Request {
  Uri uri;
  std::string text;  ///< for messages: without a login
  const OpenOptions& options;

  /// The value of an option; null when the URI does not have it.
  [[nodiscard]] const std::string* value(std::string_view key) const noexcept;
};

/// What one scheme can do.
struct Scheme {
  std::string_view name;
  std::vector<std::string_view> input_keys;
  std::vector<std::string_view> output_keys;
  std::unique_ptr<ImageInput> (*make_input)(const Request&);
  std::unique_ptr<ImageOutput> (*make_output)(const Request&);

  /// Of schemes that hold whole indexes; null for the others.
  std::unique_ptr<BlobInput> (*make_blob_input)(const Request&) = nullptr;
  std::unique_ptr<BlobOutput> (*make_blob_output)(const Request&) = nullptr;
};

[[nodiscard]] const std::vector<Scheme>& schemes();

/// One file each: dir_scheme.cpp, …
[[nodiscard]] Scheme dir_scheme();
[[nodiscard]] Scheme docker_scheme();
[[nodiscard]] Scheme mounts_scheme();
[[nodiscard]] Scheme oci_scheme();
[[nodiscard]] Scheme registry_scheme();
[[nodiscard]] Scheme layout_scheme();
[[nodiscard]] Scheme tar_scheme();

/// Where an image of a registry is, how it is reached and as whom. Throws as refuse() does.
[[nodiscard]] RegistryPlace registry_place(const Request& request);

/// The caller's, or else one of its own.
[[nodiscard]] RegistrySession registry_session(const Request& request);

/// occy::without_login().
[[nodiscard]] std::string without_login(std::string_view uri);

/// An image name in a URI. Throws as refuse() does.
[[nodiscard]] Reference image_name(const Request& request, const std::string& text);

/// The names that an image is given by the option `name`; missing: those of the source. Throws as refuse() does.
[[nodiscard]] std::optional<std::vector<Reference>> names_of(const Request& request);

/// What stands behind "://", which is not empty; `expected` is the form for the message: "tar://PATH".
[[nodiscard]] std::filesystem::path path_of(const Request& request, const char* expected);

/// Whether an option that is "true" or "false" is the former; missing: false.
[[nodiscard]] bool is_set(const Request& request, std::string_view key);

/// The platform that `os`, `arch` and `variant` of the URI name, what they leave open being this machine's; without
/// them the caller's.
[[nodiscard]] std::optional<Platform> platform_of(const Request& request);

/// make_input of a scheme that is a destination only: refuses.
[[nodiscard]] std::unique_ptr<ImageInput> refuse_input(const Request& request);

/// "one, two", for messages.
[[nodiscard]] std::string joined(const std::vector<std::string_view>& words);

/// Error: Errc::bad_text (side: usage) about the URI or filter `text`.
[[noreturn]] void refuse(std::string_view text, std::string what, std::string expected = {}, std::string found = {});

/// The meaning of an option that is one of a few words; `otherwise` when the URI does not have it.
template <class Value>
[[nodiscard]] Value choice_of(const Request& request, std::string_view key,
                              const std::vector<std::pair<std::string_view, Value>>& words, Value otherwise) {
  const std::string* found = request.value(key);
  if (found == nullptr) return otherwise;
  std::vector<std::string_view> known;
  for (const auto& [word, meaning] : words) {
    if (word == *found) return meaning;
    known.push_back(word);
  }
  refuse(request.text, "option '" + std::string(key) + "'", joined(known), *found);
}

}  // namespace occy::uri
