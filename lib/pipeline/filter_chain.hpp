// pipeline/filter_chain.hpp: several filters as one, in the order in which they were given.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "occy/filter.hpp"
#include "occy/limits.hpp"

namespace occy::pipeline {

/// What all filters see, and do, in one layer. For one thread.
class LayerVisitors {
 public:
  /// `filter` outlives this; `visitor` is not null.
  void add(const ImageFilter& filter, std::unique_ptr<EntryVisitor> visitor);

  [[nodiscard]] bool empty() const noexcept { return parts_.empty(); }

  /// Whether one of them is of depth `edit`.
  [[nodiscard]] bool may_change() const noexcept;

  /// What they make of the layer, as far as their filters can say it: equal texts, equal outcomes. Empty when one of
  /// them cannot, or only looks.
  [[nodiscard]] std::string fingerprint() const;

  /// One after the other, until one drops the entry. Throws Error (side: filter), with the filter and the entry, when
  /// one changes what it must not: a filter that only looks, anything.
  [[nodiscard]] Verdict visit(Entry& entry);

  /// The same when none may change the layer.
  void look(const Entry& entry);

  void finish();

  /// Of the filters that may change the layer, for messages: "exclude, normalize-timestamps".
  [[nodiscard]] std::string editors() const;

 private:
  struct Part {
    const ImageFilter* filter;
    std::unique_ptr<EntryVisitor> visitor;
  };

  void show(const Part& part, const Entry& entry);
  [[nodiscard]] static Verdict edit(const Part& part, Entry& entry);

  std::vector<Part> parts_;
  Entry shown_;  // to filters that only look
};

/// The filters of one job; borrowed. The calls of one chain do not overlap.
class FilterChain {
 public:
  explicit FilterChain(std::vector<ImageFilter*> filters) : filters_(std::move(filters)) {}

  [[nodiscard]] bool empty() const noexcept { return filters_.empty(); }

  /// Whether one of them is of depth `edit`.
  [[nodiscard]] bool may_change() const noexcept;

  void begin(const ImageDescription& image) const;

  /// Null when no filter wants to see the layer.
  [[nodiscard]] std::unique_ptr<LayerVisitors> visit_layer(const LayerInfo& layer) const;

  /// The config after all of them. Throws Error (side: filter) when one gives a document that is no config, or that has
  /// other layers.
  [[nodiscard]] ImageConfig edit_config(ImageConfig config, const Limits& limits) const;

  void finish(const FilteredImage& image) const;

 private:
  std::vector<ImageFilter*> filters_;
};

}  // namespace occy::pipeline
