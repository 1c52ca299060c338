#include "tar/oci_document.hpp"

#include <boost/json/array.hpp>
#include <utility>

#include "model/json.hpp"
#include "tar/archive_fault.hpp"

namespace occy::tar {
namespace {

ParseError refused(const std::string& where, const char* message) { return {.message = where + ": " + message}; }

result<std::uint64_t> parse_size(const boost::json::value& descriptor, const std::string& where) {
  const auto* size = json::member(descriptor, "size");
  if (size == nullptr || !size->is_int64() || size->get_int64() < 0)
    return refused(where, "size: expected a number of bytes");
  return static_cast<std::uint64_t>(size->get_int64());
}

result<Descriptor> parse_descriptor(const boost::json::value& value, const std::string& where) {
  if (!value.is_object()) return refused(where, "expected a descriptor");
  auto media_type = json::optional_string_member(value, "mediaType", where);
  if (!media_type) return media_type.error();
  const auto text = json::string_member(value, "digest", where);
  if (!text) return text.error();
  const auto digest = Digest::parse(*text);
  if (!digest) return ParseError{.message = where + ": digest: " + digest.error().message};
  const auto size = parse_size(value, where);
  if (!size) return size.error();
  return Descriptor{.media_type = std::move(*media_type), .digest = *digest, .size = *size};
}

result<std::optional<Platform>> parse_platform(const boost::json::value& entry, const std::string& where) {
  const auto* platform = json::member(entry, "platform");
  if (platform == nullptr) return std::optional<Platform>();
  const std::string place = where + ": platform";
  auto os = json::optional_string_member(*platform, "os", place);
  if (!os) return os.error();
  auto architecture = json::optional_string_member(*platform, "architecture", place);
  if (!architecture) return architecture.error();
  auto variant = json::optional_string_member(*platform, "variant", place);
  if (!variant) return variant.error();
  return std::optional(
      Platform{.os = std::move(*os), .architecture = std::move(*architecture), .variant = std::move(*variant)});
}

std::optional<ParseError> parse_annotations(const boost::json::value& value, const std::string& where,
                                            IndexEntry& entry) {
  const auto* annotations = json::member(value, "annotations");
  if (annotations == nullptr) return std::nullopt;
  const std::string place = where + ": annotations";
  auto image_name = json::optional_string_member(*annotations, kImageNameKey, place);
  if (!image_name) return image_name.error();
  auto ref_name = json::optional_string_member(*annotations, kRefNameKey, place);
  if (!ref_name) return ref_name.error();
  entry.image_name = std::move(*image_name);
  entry.ref_name = std::move(*ref_name);
  if (json::member(*annotations, "vnd.docker.reference.type") != nullptr) entry.kind = IndexEntry::Kind::attestation;
  auto about = json::optional_string_member(*annotations, "vnd.docker.reference.digest", place);
  if (!about) return about.error();
  if (const auto digest = Digest::parse(*about)) entry.about = *digest;
  return std::nullopt;
}

result<IndexEntry> parse_entry(const boost::json::value& value, const std::string& where) {
  auto descriptor = parse_descriptor(value, where);
  if (!descriptor) return descriptor.error();
  auto platform = parse_platform(value, where);
  if (!platform) return platform.error();
  IndexEntry entry{.descriptor = std::move(*descriptor), .platform = std::move(*platform)};
  if (auto refused = parse_annotations(value, where, entry)) return std::move(*refused);
  return entry;
}

/// Parses each element of the array `key` with `parse_one`.
template <class T>
result<std::vector<T>> parse_list(const boost::json::value& document, const char* key, std::size_t limit,
                                  result<T> (*parse_one)(const boost::json::value&, const std::string&)) {
  std::vector<T> list;
  const auto* values = json::member(document, key);
  if (values == nullptr) return list;
  if (!values->is_array()) return refused(key, "expected a list of descriptors");
  if (values->get_array().size() > limit) return refused(key, "too many elements");
  for (const auto& value : values->get_array()) {
    auto parsed = parse_one(value, std::string(key) + "[" + std::to_string(list.size()) + "]");
    if (!parsed) return parsed.error();
    list.push_back(std::move(*parsed));
  }
  return list;
}

result<OciDocument> parse_index(const boost::json::value& document, const Limits& limits) {
  auto manifests = parse_list<IndexEntry>(document, "manifests", limits.images, parse_entry);
  if (!manifests) return manifests.error();
  return OciDocument{.manifests = std::move(*manifests)};
}

result<OciDocument> parse_manifest(const boost::json::value& document, const boost::json::value& config,
                                   const Limits& limits) {
  auto descriptor = parse_descriptor(config, "config");
  if (!descriptor) return descriptor.error();
  auto layers = parse_list<Descriptor>(document, "layers", limits.layers, parse_descriptor);
  if (!layers) return layers.error();
  return OciDocument{.config = std::move(*descriptor), .layers = std::move(*layers)};
}

result<OciDocument> parse_by_members(const boost::json::value& document, const Limits& limits) {
  const auto* config = json::member(document, "config");
  const bool is_index = json::member(document, "manifests") != nullptr;
  const bool is_manifest = config != nullptr || json::member(document, "layers") != nullptr;
  if (is_index && is_manifest) return ParseError{.message = "ambiguous: an index and a manifest at once"};
  if (is_index) return parse_index(document, limits);
  if (config != nullptr) return parse_manifest(document, *config, limits);
  return ParseError{.message = "expected an image index or an image manifest"};
}

}  // namespace

result<OciDocument> parse_oci_document(std::string_view text, const Limits& limits) {
  const auto value = json::parse(text, limits);
  if (!value) return value.error();
  auto document = parse_by_members(*value, limits);
  if (!document) return document;
  auto media_type = json::optional_string_member(*value, "mediaType", "document");
  if (!media_type) return media_type.error();
  document->media_type = std::move(*media_type);
  const auto* version = json::member(*value, "schemaVersion");
  if (version != nullptr && version->is_int64()) document->schema_version = version->get_int64();
  return document;
}

std::string media_type_of(const OciDocument& document) {
  if (!document.media_type.empty()) return document.media_type;
  return document.config ? "application/vnd.oci.image.manifest.v1+json" : "application/vnd.oci.image.index.v1+json";
}

result<void> check_layout_file(std::string_view text, const Limits& limits) {
  const auto document = json::parse(text, limits);
  if (!document) return document.error();
  const auto version = json::string_member(*document, "imageLayoutVersion", kLayoutFile);
  if (!version) return version.error();
  if (version->starts_with("1.")) return {};
  return ParseError{.message = "imageLayoutVersion: expected 1, found " + shortened(*version)};
}

std::string blob_name(const Digest& digest) { return "blobs/sha256/" + digest.hex(); }

}  // namespace occy::tar
