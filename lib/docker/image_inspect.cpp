#include "docker/image_inspect.hpp"

#include "model/json.hpp"

namespace occy::docker {
namespace {

namespace js = boost::json;

constexpr std::string_view kWhere = "image inspect";

ParseError wrong(const std::string& field, std::string_view expected, const js::value* found) {
  return ParseError{std::string{kWhere} + ": " + field + ": expected " + std::string{expected} + ", found " +
                    std::string{found == nullptr ? "nothing" : json::kind_name(*found)}};
}

result<Digest> digest_field(const std::string& field, const js::value* value) {
  if (value == nullptr || !value->is_string()) return wrong(field, "a digest", value);
  result<Digest> digest = Digest::parse(value->as_string());
  if (digest.has_error()) return ParseError{std::string{kWhere} + ": " + field + ": " + digest.error().message};
  return digest;
}

/// An array, or null when it is absent: engines leave empty ones out.
result<const js::array*> array_field(const js::value& object, const std::string& path, std::string_view key) {
  const js::value* value = json::member(object, key);
  if (value == nullptr) return static_cast<const js::array*>(nullptr);
  if (!value->is_array()) return wrong(path, "an array", value);
  return &value->get_array();
}

result<std::vector<Digest>> diff_ids(const js::value& document, const Limits& limits) {
  const js::value* rootfs = json::member(document, "RootFS");
  if (rootfs == nullptr || !rootfs->is_object()) return wrong("RootFS", "an object", rootfs);
  const result<const js::array*> layers = array_field(*rootfs, "RootFS.Layers", "Layers");
  if (layers.has_error()) return layers.error();

  std::vector<Digest> digests;
  if (*layers == nullptr) return digests;
  if ((*layers)->size() > limits.layers)
    return ParseError{std::string{kWhere} + ": RootFS.Layers: more than " + std::to_string(limits.layers) + " layers"};
  for (const js::value& layer : **layers) {
    const result<Digest> digest = digest_field("RootFS.Layers[" + std::to_string(digests.size()) + "]", &layer);
    if (digest.has_error()) return digest.error();
    digests.push_back(*digest);
  }
  return digests;
}

result<InspectedManifest> manifest(const js::value& value, const std::string& path) {
  const js::value* id = json::member(value, "ID");
  if (id == nullptr || !id->is_string()) return wrong(path + ".ID", "a string", id);
  const js::value* available = json::member(value, "Available");
  if (available == nullptr || !available->is_bool()) return wrong(path + ".Available", "true or false", available);
  result<std::string> kind = json::optional_string_member(value, "Kind", kWhere);
  if (kind.has_error()) return kind.error();
  return InspectedManifest{std::string{id->get_string()}, available->get_bool(), std::move(*kind)};
}

result<std::vector<InspectedManifest>> manifests(const js::value& document) {
  const result<const js::array*> array = array_field(document, "Manifests", "Manifests");
  if (array.has_error()) return array.error();
  std::vector<InspectedManifest> list;
  if (*array == nullptr) return list;
  for (const js::value& value : **array) {
    result<InspectedManifest> one = manifest(value, "Manifests[" + std::to_string(list.size()) + "]");
    if (one.has_error()) return one.error();
    list.push_back(std::move(*one));
  }
  return list;
}

/// The engine's platform is empty, not absent, where it lacks the config.
result<Platform> platform(const js::value& document) {
  result<std::string> os = json::string_member(document, "Os", kWhere);
  if (os.has_error()) return os.error();
  result<std::string> architecture = json::string_member(document, "Architecture", kWhere);
  if (architecture.has_error()) return architecture.error();
  result<std::string> variant = json::optional_string_member(document, "Variant", kWhere);
  if (variant.has_error()) return variant.error();
  return Platform{std::move(*os), std::move(*architecture), std::move(*variant)};
}

}  // namespace

result<ImageInspect> parse_image_inspect(std::string_view text, const Limits& limits) {
  const result<js::value> document = json::parse(text, limits);
  if (document.has_error())
    return ParseError{std::string{kWhere} + ": " + document.error().message, document.error().position};
  if (!document->is_object()) return wrong("the answer", "an object", &*document);

  const result<Digest> id = digest_field("Id", json::member(*document, "Id"));
  if (id.has_error()) return id.error();
  result<std::vector<std::string>> tags = json::string_list_member(*document, "RepoTags", kWhere);
  if (tags.has_error()) return tags.error();
  result<std::vector<Digest>> layers = diff_ids(*document, limits);
  if (layers.has_error()) return layers.error();
  result<Platform> runs_on = platform(*document);
  if (runs_on.has_error()) return runs_on.error();
  result<std::string> created = json::optional_string_member(*document, "Created", kWhere);
  if (created.has_error()) return created.error();
  result<std::vector<InspectedManifest>> contents = manifests(*document);
  if (contents.has_error()) return contents.error();
  return ImageInspect{
      *id, std::move(*tags), std::move(*layers), std::move(*runs_on), std::move(*created), std::move(*contents)};
}

}  // namespace occy::docker
