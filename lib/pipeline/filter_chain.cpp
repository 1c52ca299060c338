#include "pipeline/filter_chain.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "occy/error.hpp"

namespace occy::pipeline {
namespace {

[[noreturn]] void refuse(const ImageFilter& filter, const Entry& entry, const char* what, const char* expected) {
  throw Error(Errc::unsupported, Side::filter,
              {.subject = std::string(filter.name()) + ": " + entry.path, .what = what, .expected = expected});
}

// What no filter may change.
auto nature_of(const Entry& entry) noexcept {
  return std::tuple(entry.type, entry.type_byte, entry.stored_size, entry.real_size, entry.sparse, entry.device_major,
                    entry.device_minor, entry.header_offset, entry.data_offset);
}

bool edits(const ImageFilter& filter) noexcept { return filter.depth() == FilterDepth::edit; }

std::ptrdiff_t layer_steps(const ImageConfig& config) {
  return std::ranges::count(config.history(), HistoryEntry::Kind::layer, &HistoryEntry::kind);
}

[[noreturn]] void refuse_config(const ImageFilter& filter, const char* what, std::string expected, std::string found) {
  throw Error(Errc::bad_document, Side::filter,
              {.subject = std::string(filter.name()),
               .what = what,
               .expected = std::move(expected),
               .found = std::move(found)});
}

ImageConfig parse_edited(const ImageFilter& filter, const ImageConfig& before, std::string document,
                         const Limits& limits) {
  auto config = ImageConfig::parse(std::move(document), limits);
  if (!config) refuse_config(filter, "the filter's config cannot be read", {}, config.error().message);
  if (config->diff_ids() != before.diff_ids())
    refuse_config(filter, "the filter changed the diff_ids of the config", "those of the layers", {});
  if (layer_steps(*config) != layer_steps(before))
    refuse_config(filter, "the filter changed how many steps of the history have a layer",
                  std::to_string(layer_steps(before)), std::to_string(layer_steps(*config)));
  return *std::move(config);
}

}  // namespace

void LayerVisitors::add(const ImageFilter& filter, std::unique_ptr<EntryVisitor> visitor) {
  parts_.push_back({.filter = &filter, .visitor = std::move(visitor)});
}

bool LayerVisitors::may_change() const noexcept {
  return std::ranges::any_of(parts_, [](const Part& part) { return edits(*part.filter); });
}

std::string LayerVisitors::fingerprint() const {
  std::string all;
  for (const Part& part : parts_) {
    const std::string one = part.filter->fingerprint();
    if (one.empty()) return {};
    all.append(all.empty() ? "" : "\n").append(std::to_string(one.size())).append(" ").append(one);
  }
  return all;
}

Verdict LayerVisitors::visit(Entry& entry) {
  for (const Part& part : parts_) {
    if (!edits(*part.filter))
      show(part, entry);
    else if (edit(part, entry) == Verdict::drop)
      return Verdict::drop;
  }
  return Verdict::keep;
}

void LayerVisitors::look(const Entry& entry) {
  for (const Part& part : parts_) show(part, entry);
}

void LayerVisitors::show(const Part& part, const Entry& entry) {
  shown_ = entry;
  if (part.visitor->visit(shown_) != Verdict::keep || shown_ != entry)
    refuse(*part.filter, entry, "a filter that only looks changed an entry", "the entry as it is");
}

Verdict LayerVisitors::edit(const Part& part, Entry& entry) {
  const auto nature = nature_of(entry);
  const Verdict verdict = part.visitor->visit(entry);
  if (verdict == Verdict::keep && nature_of(entry) != nature)
    refuse(*part.filter, entry, "a filter changed what an entry is", "the same type, sizes, device and place");
  return verdict;
}

void LayerVisitors::finish() {
  for (const Part& part : parts_) part.visitor->finish();
}

std::string LayerVisitors::editors() const {
  std::string names;
  for (const Part& part : parts_)
    if (edits(*part.filter)) names.append(names.empty() ? "" : ", ").append(part.filter->name());
  return names;
}

bool FilterChain::may_change() const noexcept {
  return std::ranges::any_of(filters_, [](const ImageFilter* filter) { return edits(*filter); });
}

void FilterChain::begin(const ImageDescription& image) const {
  for (ImageFilter* filter : filters_) filter->begin(image);
}

std::unique_ptr<LayerVisitors> FilterChain::visit_layer(const LayerInfo& layer) const {
  auto visitors = std::make_unique<LayerVisitors>();
  for (ImageFilter* filter : filters_) {
    if (filter->depth() == FilterDepth::image) continue;
    if (auto visitor = filter->visit_layer(layer)) visitors->add(*filter, std::move(visitor));
  }
  return visitors->empty() ? nullptr : std::move(visitors);
}

ImageConfig FilterChain::edit_config(ImageConfig config, const Limits& limits) const {
  for (ImageFilter* filter : filters_) {
    if (!edits(*filter)) continue;
    if (auto document = filter->edit_config(config))
      config = parse_edited(*filter, config, *std::move(document), limits);
  }
  return config;
}

void FilterChain::finish(const FilteredImage& image) const {
  for (ImageFilter* filter : filters_) filter->finish(image);
}

}  // namespace occy::pipeline
