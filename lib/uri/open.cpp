#include <algorithm>

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
  if (!parsed) uri::refuse(uri::without_login(text), parsed.error().message);
  return {.uri = std::move(*parsed), .text = uri::without_login(text), .options = options};
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

}  // namespace occy
