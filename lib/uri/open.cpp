#include <algorithm>

#include "occy/error.hpp"
#include "uri/schemes.hpp"

namespace occy {
namespace {

std::string known_schemes() {
  std::vector<std::string_view> names;
  for (const uri::Scheme& scheme : uri::schemes()) names.push_back(scheme.name);
  return uri::joined(names);
}

uri::Request request_of(std::string_view text, const OpenOptions& options) {
  auto parsed = Uri::parse(text);
  if (!parsed) uri::refuse(without_login(text), parsed.error().message);
  return {.uri = std::move(*parsed), .text = without_login(text), .options = options};
}

const uri::Scheme& scheme_of(const uri::Request& request) {
  const auto& table = uri::schemes();
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const uri::Scheme& scheme) { return scheme.name == request.uri.scheme; });
  if (found == table.end()) uri::refuse(request.text, "unknown scheme", known_schemes(), request.uri.scheme);
  return *found;
}

void require_known(const uri::Request& request, const std::vector<std::string_view>& keys, std::string_view role) {
  for (const auto& [key, value] : request.uri.options)
    if (std::find(keys.begin(), keys.end(), key) == keys.end())
      uri::refuse(request.text, "unknown option of " + request.uri.scheme + ":// as " + std::string(role),
                  uri::joined(keys), key);
}

[[noreturn]] void refuse_whole_index(const uri::Request& request) {
  std::vector<std::string_view> able;
  for (const uri::Scheme& scheme : uri::schemes())
    if (scheme.make_blob_input != nullptr) able.push_back(scheme.name);
  throw Error(Errc::unsupported, Side::usage,
              {.subject = request.text,
               .what = request.uri.scheme + ":// holds one image, and no index for several platforms",
               .expected = uri::joined(able),
               .found = request.uri.scheme});
}

}  // namespace

std::unique_ptr<ImageInput> open_input(std::string_view uri, const OpenOptions& options) {
  const uri::Request request = request_of(uri, options);
  const uri::Scheme& scheme = scheme_of(request);
  require_known(request, scheme.input_keys, "source");
  return scheme.make_input(request);
}

std::unique_ptr<ImageOutput> open_output(std::string_view uri, const OpenOptions& options) {
  const uri::Request request = request_of(uri, options);
  const uri::Scheme& scheme = scheme_of(request);
  require_known(request, scheme.output_keys, "destination");
  return scheme.make_output(request);
}

std::unique_ptr<BlobInput> open_blob_input(std::string_view uri, const OpenOptions& options) {
  const uri::Request request = request_of(uri, options);
  const uri::Scheme& scheme = scheme_of(request);
  require_known(request, scheme.input_keys, "source");
  if (scheme.make_blob_input == nullptr) refuse_whole_index(request);
  return scheme.make_blob_input(request);
}

std::unique_ptr<BlobOutput> open_blob_output(std::string_view uri, const OpenOptions& options) {
  const uri::Request request = request_of(uri, options);
  const uri::Scheme& scheme = scheme_of(request);
  require_known(request, scheme.output_keys, "destination");
  if (scheme.make_blob_output == nullptr) refuse_whole_index(request);
  return scheme.make_blob_output(request);
}

RegistryPlace parse_registry_place(std::string_view uri) {
  const OpenOptions options;
  const uri::Request request = request_of(uri, options);
  const uri::Scheme& scheme = scheme_of(request);
  if (scheme.name != "registry") uri::refuse(request.text, "not in a registry", "registry://NAME");
  require_known(request, scheme.input_keys, "source");
  return uri::registry_place(request);
}

std::string without_login(std::string_view uri) { return uri::without_login(uri); }

}  // namespace occy
