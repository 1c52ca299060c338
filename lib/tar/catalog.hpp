// tar/catalog.hpp: the list of the images in a directory store, and the names of its files.
//
//   catalog.json   {"<name:tag>": {"manifest": "<file>", "config": "sha256:<hex>"}, …}
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "occy/digest.hpp"
#include "occy/limits.hpp"
#include "occy/reference.hpp"
#include "occy/result.hpp"

namespace occy::tar {

inline constexpr const char* kCatalogName = "catalog.json";

/// Where an image of the catalog is.
struct CatalogEntry {
  /// A file beside catalog.json, of the form of manifest.json.
  std::string manifest;

  /// The image id.
  Digest config;

  friend bool operator==(const CatalogEntry&, const CatalogEntry&) = default;
};

/// By name, as RepoTags has it.
using Catalog = std::map<std::string, CatalogEntry>;

/// Refuses what is no object of such objects, names that are none, a manifest in another directory, and more than
/// Limits::images.
[[nodiscard]] result<Catalog> parse_catalog(std::string_view text, const Limits& limits);

/// No white space but a line feed at the end; names in the order of their bytes.
[[nodiscard]] std::string make_catalog(const Catalog& catalog);

/// "manifest-<name>-<tag>.json", where every character of the name that is no letter, digit, ".", "-" or "_" is "_".
/// Different names may have one file name: who writes looks into the catalog before.
[[nodiscard]] std::string manifest_file_name(const Reference& name);

}  // namespace occy::tar
