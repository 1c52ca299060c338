// occy/filters/search.hpp: tells what a pattern finds in the layers that pass, and changes nothing.
#pragma once

#include <memory>
#include <string>

#include "occy/filter.hpp"
#include "occy/search_match.hpp"

namespace occy {

/// Sees what the filters before it have left.
class OCCY_API SearchFilter final : public ImageFilter {
 public:
  /// Throws Error (side: usage): Errc::bad_text for a pattern that does not parse.
  SearchFilter(const std::string& pattern, PatternSyntax syntax, OnMatch on_match);
  ~SearchFilter() override;

  std::string_view name() const noexcept override { return "search"; }
  FilterDepth depth() const noexcept override { return FilterDepth::look; }
  void begin(const ImageDescription& image) override;
  std::unique_ptr<EntryVisitor> visit_layer(const LayerInfo& layer) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace occy
