#include "tar/catalog.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "model/json.hpp"
#include "tar/archive_fault.hpp"

namespace occy::tar {
namespace {

result<CatalogEntry> parse_entry(const boost::json::value& value, const std::string& where) {
  auto manifest = json::string_member(value, "manifest", where);
  if (!manifest) return manifest.error();
  if (manifest->empty() || manifest->find('/') != std::string::npos)
    return ParseError{.message = where + ": manifest: expected the name of a file"};
  const auto config = json::string_member(value, "config", where);
  if (!config) return config.error();
  const auto digest = Digest::parse(*config);
  if (!digest) return ParseError{.message = where + ": config: " + digest.error().message};
  return CatalogEntry{.manifest = std::move(*manifest), .config = *digest};
}

bool may_stay(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

}  // namespace

result<Catalog> parse_catalog(std::string_view text, const Limits& limits) {
  const auto document = json::parse(text, limits);
  if (!document) return document.error();
  const auto* object = document->if_object();
  if (object == nullptr) return ParseError{.message = "expected an object of images"};
  if (object->size() > limits.images) return ParseError{.message = "too many images"};
  Catalog catalog;
  for (const auto& [key, value] : *object) {
    const std::string name(key);
    if (!Reference::parse(name)) return ParseError{.message = shortened(name) + ": expected an image name"};
    auto entry = parse_entry(value, shortened(name));
    if (!entry) return entry.error();
    catalog.emplace(name, std::move(*entry));
  }
  return catalog;
}

std::string make_catalog(const Catalog& catalog) {
  boost::json::object document;
  for (const auto& [name, entry] : catalog) {
    boost::json::object object;
    object["manifest"] = entry.manifest;
    object["config"] = entry.config.str();
    document[name] = std::move(object);
  }
  return boost::json::serialize(document) + "\n";
}

std::string manifest_file_name(const Reference& name) {
  std::string safe = name.domain.empty() ? name.path : name.domain + '/' + name.path;
  std::replace_if(
      safe.begin(), safe.end(), [](char c) { return !may_stay(c); }, '_');
  return "manifest-" + safe + "-" + name.with_default_tag().tag + ".json";
}

}  // namespace occy::tar
