#include "inputs/manifest_chain.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "model/json.hpp"

namespace occy {
namespace {

std::optional<boost::json::value> read_document(const Digest& digest, const FindDocument& find, const Limits& limits) {
  const auto bytes = find(digest);
  if (!bytes || sha256(*bytes) != digest) return std::nullopt;
  auto document = json::parse(*bytes, limits);
  if (document.has_error()) return std::nullopt;
  return std::move(*document);
}

std::optional<Digest> digest_of(const boost::json::value& descriptor) {
  const auto text = json::string_member(descriptor, "digest", "descriptor");
  if (text.has_error()) return std::nullopt;
  const auto digest = Digest::parse(*text);
  return digest.has_value() ? std::optional{*digest} : std::nullopt;
}

bool names_config(const boost::json::value& manifest, const Digest& config) {
  const auto* descriptor = json::member(manifest, "config");
  return descriptor != nullptr && digest_of(*descriptor) == config;
}

std::set<Digest> manifests_of(const boost::json::value& index) {
  std::set<Digest> digests;
  const auto* manifests = json::member(index, "manifests");
  if (manifests == nullptr || !manifests->is_array()) return digests;
  for (const auto& descriptor : manifests->get_array())
    if (const auto digest = digest_of(descriptor)) digests.insert(*digest);
  return digests;
}

}  // namespace

bool leads_to_config(const Digest& root, const Digest& config, const FindDocument& find, const Limits& limits) {
  const auto document = read_document(root, find, limits);
  if (!document) return false;
  if (names_config(*document, config)) return true;
  return std::ranges::any_of(manifests_of(*document), [&](const Digest& digest) {
    const auto manifest = read_document(digest, find, limits);
    return manifest && names_config(*manifest, config);
  });
}

}  // namespace occy
