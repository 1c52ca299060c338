#include "tar/docker_archive.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <utility>

#include "model/json.hpp"
#include "tar/archive_fault.hpp"
#include "tar/archive_index.hpp"

namespace occy::tar {
namespace {

// How many names an error message lists: enough for an archive that a person made, still one readable line.
constexpr std::size_t kNamesInMessage = 12;

ParseError wrong_type(const std::string& where, const boost::json::value* found, std::string_view expected) {
  const std::string_view kind = found != nullptr ? json::kind_name(*found) : std::string_view("nothing");
  return {.message = where + ": expected " + std::string(expected) + ", found " + std::string(kind)};
}

result<std::vector<std::string>> parse_layers(const boost::json::value& element, const std::string& where,
                                              const Limits& limits) {
  const auto* list = json::member(element, "Layers");
  if (list == nullptr || !list->is_array()) return wrong_type(where + ": Layers", list, "a list of names");
  if (list->get_array().size() > limits.layers)
    return ParseError{.message = where + ": Layers: expected at most " + std::to_string(limits.layers) +
                                 " layers, found " + std::to_string(list->get_array().size())};
  auto names = json::string_list_member(element, "Layers", where);
  if (!names) return names;
  std::transform(names->begin(), names->end(), names->begin(), normalise_member_name);
  return names;
}

result<ArchiveImage> parse_image(const boost::json::value& element, std::size_t position, const Limits& limits) {
  const std::string where = "image " + std::to_string(position);
  if (!element.is_object()) return wrong_type(where, &element, "an object");
  auto config = json::string_member(element, "Config", where);
  if (!config) return config.error();
  auto tags = json::string_list_member(element, "RepoTags", where);
  if (!tags) return tags.error();
  auto layers = parse_layers(element, where, limits);
  if (!layers) return layers.error();
  return ArchiveImage{.config = normalise_member_name(*config), .tags = std::move(*tags), .layers = std::move(*layers)};
}

bool has_name(const ArchiveImage& image, const std::string& canonical) {
  return std::any_of(image.tags.begin(), image.tags.end(), [&](const std::string& tag) {
    const auto reference = Reference::parse(tag);
    return reference && reference->canonical() == canonical;
  });
}

std::string list_names(const std::vector<ArchiveImage>& images) {
  std::string text;
  std::size_t count = 0;
  for (const auto& image : images) {
    const std::string name = image.tags.empty() ? std::string("(without a name)") : shortened(image.tags.front());
    if (++count <= kNamesInMessage) text += (text.empty() ? "" : ", ") + name;
  }
  if (count > kNamesInMessage) text += " and " + std::to_string(count - kNamesInMessage) + " more";
  return text;
}

std::string quoted(const std::string& text) { return boost::json::serialize(boost::json::string(text)); }

std::string quoted_list(const std::vector<std::string>& texts) {
  std::string list;
  for (const auto& text : texts) list += (list.empty() ? "" : ",") + quoted(text);
  return "[" + list + "]";
}

}  // namespace

result<std::vector<ArchiveImage>> parse_archive_manifest(std::string_view text, const Limits& limits) {
  const auto document = json::parse(text, limits);
  if (!document) return document.error();
  if (!document->is_array()) return wrong_type("document", &*document, "a list of images");
  const auto& elements = document->get_array();
  if (elements.empty()) return ParseError{.message = "expected at least one image, found an empty list"};
  if (elements.size() > limits.images)
    return ParseError{.message = "expected at most " + std::to_string(limits.images) + " images, found " +
                                 std::to_string(elements.size())};
  std::vector<ArchiveImage> images;
  for (const auto& element : elements) {
    auto image = parse_image(element, images.size(), limits);
    if (!image) return image.error();
    images.push_back(std::move(*image));
  }
  return images;
}

result<const ArchiveImage*> choose_image(const std::vector<ArchiveImage>& images,
                                         const std::optional<Reference>& wanted) {
  if (!wanted && images.size() == 1) return &images.front();
  if (!wanted) return ParseError{.message = "several images: expected the name of one, found " + list_names(images)};
  const ArchiveImage* chosen = nullptr;
  for (const auto& image : images) {
    if (!has_name(image, wanted->canonical())) continue;
    if (chosen != nullptr && chosen->config != image.config)
      return ParseError{.message = "two different images are named " + wanted->str()};
    chosen = &image;
  }
  if (chosen == nullptr)
    return ParseError{.message = "no such image: expected " + wanted->str() + ", found " + list_names(images)};
  return chosen;
}

std::optional<Digest> digest_in_name(std::string_view member_name) {
  constexpr std::string_view kBlobs = "blobs/sha256/";
  constexpr std::string_view kConfig = ".json";
  const auto digest = [&]() -> result<Digest> {
    if (member_name.starts_with(kBlobs)) return Digest::parse_hex(member_name.substr(kBlobs.size()));
    if (member_name.ends_with(kConfig))
      return Digest::parse_hex(member_name.substr(0, member_name.size() - kConfig.size()));
    // go-containerregistry (crane, ko, kaniko) names configs like this.
    return Digest::parse(member_name);
  }();
  return digest ? std::optional(*digest) : std::nullopt;
}

std::vector<std::string> repo_tags(const std::vector<Reference>& references) {
  std::vector<std::string> tags;
  for (auto reference : references) {
    if (reference.digest && reference.tag.empty()) continue;
    reference.digest.reset();
    auto tag = reference.with_default_tag().str();
    if (std::find(tags.begin(), tags.end(), tag) == tags.end()) tags.push_back(std::move(tag));
  }
  return tags;
}

std::string layer_member_name(const Digest& diff_id) { return diff_id.hex() + "/layer.tar"; }

std::string config_member_name(const Digest& config_digest) { return config_digest.hex() + ".json"; }

std::string make_archive_manifest(const ArchiveImage& image) {
  return R"([{"Config":)" + quoted(image.config) + R"(,"RepoTags":)" +
         (image.tags.empty() ? "null" : quoted_list(image.tags)) + R"(,"Layers":)" + quoted_list(image.layers) + "}]\n";
}

}  // namespace occy::tar
