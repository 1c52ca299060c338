// occy/filters/exclude.hpp: leaves files out of an image.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "occy/filter.hpp"

namespace occy {

/// Drops the entries of every layer whose path matches one of the patterns; a directory takes all that lies in it
/// along.
///
/// Patterns are globs for the whole path, counted from the root of the image, without a leading slash: `*` and `?` stay
/// within a component, `**` crosses them, `**/` is also nothing ("**/.git" is at the top too), `[a-z]` is one of
/// several characters, `\` takes a sign its meaning. Names are held against patterns as they are written; ".." in them
/// is not resolved.
///
/// A whiteout goes with what it hides; the marker of an opaque directory goes when everything below that directory
/// matches. So an excluded file does not come back from a lower layer: it is excluded there too. A layer of which
/// nothing remains stays as an empty one.
class OCCY_API ExcludeFilter final : public ImageFilter {
 public:
  /// Throws Error (side: usage): Errc::bad_text for a pattern that does not parse, or when there is none.
  explicit ExcludeFilter(const std::vector<std::string>& patterns);
  ~ExcludeFilter() override;

  std::string_view name() const noexcept override { return "exclude"; }
  FilterDepth depth() const noexcept override { return FilterDepth::edit; }
  std::string fingerprint() const override;
  std::unique_ptr<EntryVisitor> visit_layer(const LayerInfo& layer) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace occy
