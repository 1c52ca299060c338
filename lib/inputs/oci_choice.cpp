#include "inputs/oci_choice.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "tar/archive_fault.hpp"

namespace occy {
namespace {

using Entries = std::vector<tar::IndexEntry>;

// How many an error message lists: enough for a layout that a person made, still one readable line.
constexpr std::size_t kNamesInMessage = 12;

std::string list(const Entries& entries, const std::function<std::string(const tar::IndexEntry&)>& text_of) {
  std::string text;
  for (std::size_t i = 0; i < entries.size() && i < kNamesInMessage; ++i)
    text += (text.empty() ? "" : ", ") + tar::shortened(text_of(entries[i]));
  if (entries.size() > kNamesInMessage) text += " and " + std::to_string(entries.size() - kNamesInMessage) + " more";
  return text.empty() ? "none" : text;
}

std::string name_text(const tar::IndexEntry& entry) {
  if (entry.ref_name.empty() && entry.image_name.empty()) return "@" + entry.descriptor.digest.str();
  if (entry.ref_name.empty() || entry.image_name.empty()) return entry.ref_name + entry.image_name;
  return entry.ref_name + " (" + entry.image_name + ")";
}

std::string platform_text(const tar::IndexEntry& entry) {
  return entry.platform ? to_string(*entry.platform) : "@" + entry.descriptor.digest.str();
}

/// The reference in a name, where it is one: a mere tag, "latest", would be taken for a name.
std::optional<Reference> reference_in(const std::string& text) {
  if (text.find_first_of(":/") == std::string::npos) return std::nullopt;
  auto reference = Reference::parse(text);
  return reference ? std::optional(std::move(*reference)) : std::nullopt;
}

std::optional<Reference> reference_of(const tar::IndexEntry& entry) {
  auto reference = reference_in(entry.image_name);
  return reference ? reference : reference_in(entry.ref_name);
}

bool is_named(const tar::IndexEntry& entry, const OciName& name) {
  if (!name.tag.empty() && entry.ref_name != name.tag) return false;
  if (!name.image) return true;
  const auto reference = reference_of(entry);
  return reference && reference->canonical() == name.image->canonical();
}

bool same_name(const tar::IndexEntry& one, const tar::IndexEntry& other) {
  return one.ref_name == other.ref_name && one.image_name == other.image_name;
}

/// One manifest may be listed under several names.
Entries distinct(const Entries& entries) {
  Entries once;
  for (const auto& entry : entries) {
    const auto same = [&](const auto& other) { return other.descriptor.digest == entry.descriptor.digest; };
    if (std::none_of(once.begin(), once.end(), same)) once.push_back(entry);
  }
  return once;
}

Entries images_of(const Entries& entries) {
  Entries images;
  std::copy_if(entries.begin(), entries.end(), std::back_inserter(images),
               [](const auto& entry) { return entry.kind == tar::IndexEntry::Kind::image; });
  return images;
}

/// What is meant where no variant is named.
std::string_view usual_variant(const std::string& architecture) {
  if (architecture == "arm64") return "v8";
  if (architecture == "arm") return "v7";
  if (architecture == "amd64") return "v1";
  return "";
}

bool fits(const tar::IndexEntry& entry, const Platform& wanted) {
  if (!entry.platform || entry.platform->os != wanted.os || entry.platform->architecture != wanted.architecture)
    return false;
  if (wanted.variant.empty() || entry.platform->variant == wanted.variant) return true;
  return entry.platform->variant.empty() && wanted.variant == usual_variant(wanted.architecture);
}

/// Of several that fit, without a variant that is wanted: the usual one, then the one that runs on most machines.
bool is_better(const tar::IndexEntry& one, const tar::IndexEntry& other) {
  const auto rank = [](const tar::IndexEntry& entry) {
    const std::string& variant = entry.platform->variant;
    return std::pair(!variant.empty() && variant != usual_variant(entry.platform->architecture), variant);
  };
  return rank(one) < rank(other);
}

std::string wish(const OciName& name) {
  if (name.image) return name.image->str();
  return name.tag.empty() ? std::string("one image") : "the tag " + name.tag;
}

}  // namespace

result<std::vector<tar::IndexEntry>> choose_by_name(const Entries& entries, const OciName& name) {
  const Entries images = images_of(entries);
  Entries named;
  std::copy_if(images.begin(), images.end(), std::back_inserter(named),
               [&](const auto& entry) { return is_named(entry, name); });
  named = distinct(named);
  if (named.empty())
    return ParseError{.message = "no such image: expected " + wish(name) + ", found " + list(images, name_text)};
  const bool one_name =
      std::all_of(named.begin(), named.end(), [&](const auto& entry) { return same_name(entry, named.front()); });
  const bool for_platforms =
      one_name && std::all_of(named.begin(), named.end(), [](const auto& entry) { return entry.platform.has_value(); });
  if (named.size() == 1 || for_platforms) return named;
  return ParseError{.message = "several images: expected " + wish(name) + ", found " + list(named, name_text)};
}

result<tar::IndexEntry> choose_by_platform(const Entries& entries, const std::optional<Platform>& wanted) {
  const Entries images = distinct(images_of(entries));
  if (images.size() == 1 && !wanted) return images.front();
  const Platform platform = wanted.value_or(host_platform());
  Entries fitting;
  std::copy_if(images.begin(), images.end(), std::back_inserter(fitting),
               [&](const auto& entry) { return fits(entry, platform); });
  if (images.size() == 1 && !images.front().platform) return images.front();
  if (fitting.empty())
    return ParseError{.message = "no image for this platform: expected " + to_string(platform) + ", found " +
                                 list(images, platform_text)};
  return *std::min_element(fitting.begin(), fitting.end(), is_better);
}

std::vector<Reference> references_to(const Entries& entries, const Digest& digest) {
  std::vector<Reference> references;
  for (const auto& entry : entries) {
    if (entry.descriptor.digest != digest) continue;
    auto reference = reference_of(entry);
    if (reference && std::find(references.begin(), references.end(), *reference) == references.end())
      references.push_back(std::move(*reference));
  }
  return references;
}

}  // namespace occy
