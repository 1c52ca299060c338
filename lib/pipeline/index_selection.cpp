#include "pipeline/index_selection.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "model/json_list.hpp"
#include "occy/error.hpp"
#include "pipeline/index_walk.hpp"
#include "tar/archive_fault.hpp"

namespace occy::pipeline {
namespace {

using tar::IndexEntry;

// How many platforms a message lists: more than any image is for.
constexpr std::size_t kMostListed = 24;

/// What an index says of one manifest, and how it says it.
struct Choice {
  IndexEntry entry;
  std::string text;
};

bool is_index_type(const std::string& media_type) {
  return media_type == "application/vnd.oci.image.index.v1+json" ||
         media_type == "application/vnd.docker.distribution.manifest.list.v2+json";
}

bool fits_platform(const IndexEntry& entry, const Platform& wanted) {
  return entry.kind == IndexEntry::Kind::image && entry.platform && entry.platform->os == wanted.os &&
         entry.platform->architecture == wanted.architecture &&
         (wanted.variant.empty() || entry.platform->variant == wanted.variant);
}

std::string platforms_text(const std::vector<Choice>& choices) {
  std::set<std::string> platforms;
  for (const Choice& choice : choices)
    if (choice.entry.kind == IndexEntry::Kind::image)
      platforms.insert(choice.entry.platform ? tar::shortened(to_string(*choice.entry.platform))
                                             : "@" + choice.entry.descriptor.digest.str());
  std::string text;
  std::size_t listed = 0;
  for (const std::string& platform : platforms)
    if (listed++ < kMostListed) text += (text.empty() ? "" : ", ") + platform;
  if (platforms.size() > kMostListed) text += " and " + std::to_string(platforms.size() - kMostListed) + " more";
  return text.empty() ? "none" : text;
}

class PlatformSelection {
 public:
  PlatformSelection(BlobInput& input, const std::vector<Platform>& platforms, const Limits& limits)
      : input_(input), platforms_(platforms), limits_(limits) {}

  ImageManifest run() {
    const IndexDocument root = read_index_document(input_.name(), input_.root(), limits_);
    if (root.content.config) refuse_manifest();
    gather(root, 1);
    for (const Platform& platform : platforms_) require_image_for(platform);
    note_wanted();
    return keeps_all(root) ? root.stored : shortened_index(root.stored);
  }

 private:
  [[noreturn]] void refuse_manifest() const {
    throw Error(Errc::unsupported, Side::input,
                {.subject = input_.name(),
                 .what = "there are no platforms to choose from",
                 .expected = "an image index",
                 .found = "an image manifest",
                 .hint = "copy it without a list of platforms"});
  }

  void gather(const IndexDocument& index, std::size_t depth) {
    if (depth > limits_.json_depth) refuse_size("levels of indexes", limits_.json_depth);
    const auto texts = json::find_list(index.stored.bytes, "manifests").elements;
    for (std::size_t i = 0; i < index.content.manifests.size(); ++i) take(index.content.manifests[i], texts[i], depth);
  }

  void take(const IndexEntry& entry, std::string_view text, std::size_t depth) {
    if (choices_.size() + seen_.size() >= limits_.images) refuse_size("images and indexes", limits_.images);
    if (!is_index_type(entry.descriptor.media_type)) {
      choices_.push_back({.entry = entry, .text = std::string(text)});
      return;
    }
    if (seen_.insert(entry.descriptor.digest).second)
      gather(fetch_index_document(input_, entry.descriptor, limits_), depth + 1);
  }

  [[noreturn]] void refuse_size(const std::string& of_what, std::size_t most) const {
    throw Error(Errc::limit, Side::input,
                {.subject = input_.name(),
                 .what = "the index leads to too much",
                 .expected = "at most " + std::to_string(most) + " " + of_what,
                 .found = "more"});
  }

  void require_image_for(const Platform& platform) const {
    const auto fits = [&](const Choice& choice) { return fits_platform(choice.entry, platform); };
    if (std::any_of(choices_.begin(), choices_.end(), fits)) return;
    throw Error(Errc::not_found, Side::input,
                {.subject = input_.name(),
                 .what = "no image for this platform",
                 .expected = to_string(platform),
                 .found = platforms_text(choices_)});
  }

  [[nodiscard]] bool is_wanted(const IndexEntry& entry) const {
    return std::any_of(platforms_.begin(), platforms_.end(),
                       [&](const Platform& platform) { return fits_platform(entry, platform); });
  }

  void note_wanted() {
    for (const Choice& choice : choices_)
      if (choice.entry.kind == IndexEntry::Kind::image && is_wanted(choice.entry))
        wanted_.insert(choice.entry.descriptor.digest);
  }

  [[nodiscard]] bool stays(const IndexEntry& entry) const {
    if (entry.kind == IndexEntry::Kind::image) return is_wanted(entry);
    return entry.about && wanted_.contains(*entry.about);
  }

  [[nodiscard]] bool keeps_all(const IndexDocument& root) const {
    return root.content.manifests.size() == choices_.size() && seen_.empty() &&
           std::all_of(choices_.begin(), choices_.end(), [&](const Choice& choice) { return stays(choice.entry); });
  }

  [[nodiscard]] ImageManifest shortened_index(const ImageManifest& root) const {
    const auto place = json::find_list(root.bytes, "manifests");
    std::string list;
    for (const Choice& choice : choices_)
      if (stays(choice.entry)) list += (list.empty() ? "" : ",") + choice.text;
    std::string bytes = root.bytes.substr(0, place.begin) + list + root.bytes.substr(place.end);
    const Digest digest = sha256(bytes);
    return {.media_type = root.media_type, .bytes = std::move(bytes), .digest = digest};
  }

  BlobInput& input_;
  const std::vector<Platform>& platforms_;
  const Limits& limits_;
  std::vector<Choice> choices_;
  std::set<Digest> seen_;
  std::set<Digest> wanted_;
};

}  // namespace

ImageManifest select_platforms(BlobInput& input, const std::vector<Platform>& platforms, const Limits& limits) {
  return PlatformSelection(input, platforms, limits).run();
}

}  // namespace occy::pipeline
