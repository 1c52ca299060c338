#include "occy/filters/exclude.hpp"

#include <algorithm>
#include <utility>

#include "match/glob.hpp"
#include "occy/error.hpp"
#include "tar/whiteout.hpp"

namespace occy {
namespace {

using match::Glob;

[[noreturn]] void refuse(std::string what, std::string found = {}) {
  throw Error(Errc::bad_text, Side::usage, {.subject = "exclude", .what = std::move(what), .found = std::move(found)});
}

std::vector<Glob> parsed(const std::vector<std::string>& patterns) {
  if (patterns.empty()) refuse("no pattern");
  std::vector<Glob> globs;
  for (const std::string& pattern : patterns) {
    auto glob = Glob::parse(pattern);
    if (!glob)
      refuse("pattern '" + pattern + "': " + glob.error().message + " at byte " +
             std::to_string(glob.error().position));
    globs.push_back(std::move(*glob));
  }
  return globs;
}

class ExcludeVisitor final : public EntryVisitor {
 public:
  explicit ExcludeVisitor(const std::vector<Glob>& globs) : globs_(globs) {}

  Verdict visit(Entry& entry) override {
    const tar::PathView path = tar::look_at(entry.path, storage_);
    return is_excluded(path, tar::meaning_of(path)) ? Verdict::drop : Verdict::keep;
  }

 private:
  bool is_excluded(const tar::PathView& path, const tar::PathMeaning& meaning) {
    switch (meaning.kind) {
      case tar::PathKind::opaque:
        return any([&](const Glob& glob) { return glob.matches_all_below(meaning.directory); });
      case tar::PathKind::whiteout:
        hidden_.assign(meaning.directory);
        if (!hidden_.empty()) hidden_ += '/';
        hidden_ += meaning.name;
        return takes(hidden_);
      default:
        return takes(path.normalised);
    }
  }

  template <class Test>
  bool any(Test test) const {
    return std::any_of(globs_.begin(), globs_.end(), test);
  }

  bool takes(std::string_view path) const {
    return any([&](const Glob& glob) { return glob.matches_with_parents(path); });
  }

  const std::vector<Glob>& globs_;
  std::string storage_;
  std::string hidden_;
};

}  // namespace

struct ExcludeFilter::State {
  std::vector<std::string> patterns;
  std::vector<Glob> globs;
};

ExcludeFilter::ExcludeFilter(const std::vector<std::string>& patterns)
    : state_(std::make_unique<State>(State{patterns, parsed(patterns)})) {}
ExcludeFilter::~ExcludeFilter() = default;

// With the number of signs of each pattern: no two lists read the same.
std::string ExcludeFilter::fingerprint() const {
  std::string text = "exclude 1";
  for (const std::string& pattern : state_->patterns)
    text.append(" ").append(std::to_string(pattern.size())).append(":").append(pattern);
  return text;
}

std::unique_ptr<EntryVisitor> ExcludeFilter::visit_layer(const LayerInfo&) {
  return std::make_unique<ExcludeVisitor>(state_->globs);
}

}  // namespace occy
