#include "tar/oci_writing.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "model/json.hpp"

namespace occy::tar {
namespace {

namespace bj = boost::json;

constexpr std::string_view kLayerPrefix = "application/vnd.oci.image.layer.";

std::string_view suffix_of(Compression compression) {
  switch (compression) {
    case Compression::none:
      return ".tar";
    case Compression::gzip:
      return ".tar+gzip";
    case Compression::zstd:
      return ".tar+zstd";
  }
  return "";
}

bj::object to_json(const Descriptor& descriptor) {
  bj::object object;
  object["mediaType"] = descriptor.media_type;
  object["digest"] = descriptor.digest.str();
  object["size"] = descriptor.size;
  return object;
}

std::string make_manifest(const char* media_type, const Descriptor& config, const std::vector<Descriptor>& layers) {
  bj::object document;
  document["schemaVersion"] = 2;
  document["mediaType"] = media_type;
  document["config"] = to_json(config);
  bj::array& list = document["layers"].emplace_array();
  for (const Descriptor& layer : layers) list.emplace_back(to_json(layer));
  return bj::serialize(document);
}

bj::object entry_for(const Descriptor& manifest, const IndexName& name) {
  bj::object annotations;
  if (!name.image_name.empty()) annotations[kImageNameKey] = name.image_name;
  annotations[kRefNameKey] = name.ref_name;
  bj::object entry = to_json(manifest);
  entry["annotations"] = std::move(annotations);
  return entry;
}

void append(bj::array& manifests, const Descriptor& manifest, const std::vector<IndexName>& names) {
  if (names.empty()) manifests.emplace_back(to_json(manifest));
  for (const IndexName& name : names) manifests.emplace_back(entry_for(manifest, name));
}

std::string ref_name_of(const bj::value& entry) {
  const auto* annotations = json::member(entry, "annotations");
  const auto* name = annotations == nullptr ? nullptr : json::member(*annotations, kRefNameKey);
  return name != nullptr && name->is_string() ? std::string(name->get_string()) : std::string();
}

/// Whether it says no more than an entry without a name that occy writes.
bool is_bare(const bj::value& entry) {
  const auto& members = entry.get_object();
  return std::all_of(members.begin(), members.end(), [](const auto& member) {
    return member.key() == "mediaType" || member.key() == "digest" || member.key() == "size";
  });
}

/// Whether the new entries take the place of this one.
bool gives_way(const bj::value& entry, const Descriptor& manifest, const std::vector<IndexName>& names) {
  const std::string ref_name = ref_name_of(entry);
  if (!names.empty())
    return std::any_of(names.begin(), names.end(), [&](const IndexName& name) { return name.ref_name == ref_name; });
  const auto digest = json::string_member(entry, "digest", "");
  return is_bare(entry) && digest && *digest == manifest.digest.str();
}

/// An index above the limits could be read back by nobody.
result<std::string> within(const Limits& limits, std::size_t images, std::string text) {
  const auto no_room = [](const std::string& expected, const std::string& found) {
    return ParseError{.message = "no room for another image: expected at most " + expected + ", found " + found};
  };
  if (images > limits.images) return no_room(std::to_string(limits.images) + " images", std::to_string(images));
  if (text.size() > limits.document_bytes)
    return no_room(std::to_string(limits.document_bytes) + " bytes", std::to_string(text.size()));
  return {boost::system::in_place_value, std::move(text)};
}

}  // namespace

std::string layer_media_type(Compression compression, const std::string& of_source) {
  const std::string_view suffix = suffix_of(compression);
  if (of_source.starts_with(kLayerPrefix) && of_source.ends_with(suffix)) return of_source;
  return std::string(kLayerPrefix) + "v1" + std::string(suffix);
}

std::string docker_layer_media_type(Compression compression) {
  constexpr const char* kPlain = "application/vnd.docker.image.rootfs.diff.tar";
  return compression == Compression::gzip ? std::string(kPlain) + ".gzip" : kPlain;
}

std::string make_oci_manifest(const Descriptor& config, const std::vector<Descriptor>& layers) {
  return make_manifest(kOciManifestType, config, layers);
}

std::string make_docker_manifest(const Descriptor& config, const std::vector<Descriptor>& layers) {
  return make_manifest(kDockerManifestType, config, layers);
}

std::string make_oci_index(const Descriptor& manifest, const std::vector<IndexName>& names) {
  bj::object document;
  document["schemaVersion"] = 2;
  document["mediaType"] = kOciIndexType;
  append(document["manifests"].emplace_array(), manifest, names);
  return bj::serialize(document);
}

result<std::string> update_oci_index(std::string_view text, const Descriptor& manifest,
                                     const std::vector<IndexName>& names, const Limits& limits) {
  // Held against the rules first: an index that occy could not read back is not extended.
  const auto checked = parse_oci_document(text, limits);
  if (!checked) return checked.error();
  if (checked->config) return ParseError{.message = "expected an image index, found a manifest"};
  auto document = json::parse(text, limits);
  if (!document) return document.error();
  bj::array& manifests = document->as_object()["manifests"].as_array();
  auto* const kept = std::remove_if(manifests.begin(), manifests.end(),
                                    [&](const bj::value& entry) { return gives_way(entry, manifest, names); });
  manifests.erase(kept, manifests.end());
  append(manifests, manifest, names);
  const std::size_t images = manifests.size();
  return within(limits, images, bj::serialize(*document));
}

}  // namespace occy::tar
