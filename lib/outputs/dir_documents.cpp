#include "outputs/dir_documents.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "io/beneath.hpp"
#include "occy/error.hpp"
#include "tar/archive_documents.hpp"

namespace occy::outputs {
namespace {

using Kind = DirWriterOptions::Store;

// NAME_MAX of every file system that Linux knows.
constexpr std::size_t kLongestFileName = 255;

[[noreturn]] void refuse(Errc code, const std::filesystem::path& path, std::string what, std::string found,
                         std::string hint) {
  throw Error(code, Side::output,
              {.subject = path.string(),
               .what = std::move(what),
               .expected = {},
               .found = std::move(found),
               .hint = std::move(hint)});
}

tar::Catalog read_catalog(const io::File& directory, const Limits& limits) {
  constexpr const char* kHint = "name a new directory, or an empty one";
  try {
    auto catalog =
        tar::parse_catalog(io::read_beneath(directory, tar::kCatalogName, Side::output, limits.document_bytes), limits);
    if (catalog) return std::move(*catalog);
    refuse(Errc::destination, directory.path() / tar::kCatalogName, "cannot add an image to this catalog",
           tar::located(catalog.error()), kHint);
  } catch (const Error& error) {
    if (error.code() != Errc::not_found) throw;
    refuse(Errc::destination, directory.path(), "cannot write there", "a directory that is neither empty nor occy's",
           kHint);
  }
}

std::string canonical(const std::string& name) {
  const auto reference = Reference::parse(name);
  return reference ? reference->canonical() : name;
}

/// Where names are files, two spellings of one name are one, and two names must not have one file.
std::vector<Reference> distinct_names(const std::vector<Reference>& names, const std::filesystem::path& path) {
  std::vector<Reference> distinct;
  std::map<std::string, Reference> by_file;
  for (const Reference& name : names) {
    const auto same = [&](const Reference& other) { return other.canonical() == name.canonical(); };
    if (std::any_of(distinct.begin(), distinct.end(), same)) continue;
    const std::string file = tar::manifest_file_name(name);
    if (file.size() > kLongestFileName)
      refuse(Errc::unsupported, path, "the name is too long for a file", name.str(), "name it: ?name=NAME:TAG");
    if (const auto [taken, is_new] = by_file.emplace(file, name); !is_new)
      refuse(Errc::unsupported, path / file, name.str() + " would have the file of another name", taken->second.str(),
             "choose one name: ?name=NAME:TAG");
    distinct.push_back(name);
  }
  return distinct;
}

bool is_ours(const std::string& name, const tar::Catalog& ours) {
  const std::string full = canonical(name);
  return std::any_of(ours.begin(), ours.end(), [&](const auto& entry) { return canonical(entry.first) == full; });
}

/// A catalog above the limits could be read back by nobody.
void require_room(const tar::Catalog& catalog, const std::filesystem::path& path, const Limits& limits) {
  const auto no_room = [&](std::uint64_t found, std::uint64_t most, const std::string& unit) {
    refuse(Errc::destination, path / tar::kCatalogName, "no room for another image",
           std::to_string(found) + unit + ", where " + std::to_string(most) + " are the most", "name a new directory");
  };
  if (catalog.size() > limits.images) no_room(catalog.size(), limits.images, " images");
  const std::size_t bytes = tar::make_catalog(catalog).size();
  if (bytes > limits.document_bytes) no_room(bytes, limits.document_bytes, " bytes");
}

}  // namespace

void require_dir_store(const io::File& directory, Kind kind, const Limits& limits) {
  static_cast<void>(read_catalog(directory, limits));
  if (io::stamp_beneath(directory, tar::kManifestName))
    refuse(Errc::destination, directory.path(), "cannot add an image", "a directory with a single image",
           "name a new directory; one for several images is written with ?unique_names=true from the first one on");
  if (kind == Kind::single)
    refuse(Errc::destination, directory.path(), "cannot write a single image there", "a store of images by name",
           "add it with ?unique_names=true, or name a new directory");
}

std::vector<Reference> store_names(const DirWriterOptions& options, const ImageDescription& image,
                                   const std::filesystem::path& path) {
  std::vector<Reference> names;
  for (Reference name : options.names.value_or(image.references)) {
    if (name.digest && options.names)
      refuse(Errc::unsupported, path, "a directory cannot keep a digest as a name", name.str(), "use NAME:TAG");
    if (name.digest && name.tag.empty()) continue;
    name.digest.reset();
    name = name.with_default_tag();
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
  }
  if (options.store == Kind::single) return names;
  if (names.empty())
    refuse(Errc::unsupported, path, "the image has no name under which it could be kept", {},
           "name it: ?name=NAME:TAG");
  return distinct_names(names, path);
}

tar::Catalog catalog_of(const std::vector<Reference>& names, Kind kind, const Digest& config) {
  tar::Catalog catalog;
  for (const Reference& name : names)
    catalog.insert_or_assign(
        name.str(),
        tar::CatalogEntry{.manifest = kind == Kind::single ? tar::kManifestName : tar::manifest_file_name(name),
                          .config = config});
  return catalog;
}

tar::Catalog merged_catalog(const io::File* now, const tar::Catalog& ours, const Limits& limits) {
  if (now == nullptr) return ours;
  tar::Catalog merged = ours;
  for (auto& [name, entry] : read_catalog(*now, limits)) {
    if (is_ours(name, ours)) continue;
    const std::string& file = entry.manifest;
    const auto same_file = [&file](const auto& our) { return our.second.manifest == file; };
    if (const auto our = std::find_if(ours.begin(), ours.end(), same_file); our != ours.end())
      refuse(Errc::destination, now->path() / entry.manifest, our->first + " would have the file of another image",
             tar::shortened(name), "give one of them another name: ?name=NAME:TAG");
    merged.emplace(name, entry);
  }
  require_room(merged, now->path(), limits);
  return merged;
}

}  // namespace occy::outputs
