#include "occy/filters/normalize_timestamps.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "model/config_edit.hpp"
#include "model/rfc3339.hpp"
#include "occy/error.hpp"
#include "tar/pax.hpp"

namespace occy {
namespace {

using Mode = NormalizeTimestampsOptions::Mode;

// libarchive writes a file's time of birth, where it knows it.
constexpr std::array<std::string_view, 3> kTimeRecords = {"atime", "ctime", "LIBARCHIVE.creationtime"};

bool is_later(const Time& time, std::int64_t seconds) noexcept {
  return time.seconds > seconds || (time.seconds == seconds && time.nanoseconds != 0);
}

class TimeVisitor final : public EntryVisitor {
 public:
  explicit TimeVisitor(const NormalizeTimestampsOptions& options)
      : options_(options), record_(std::to_string(options.seconds)) {}

  Verdict visit(Entry& entry) override {
    if (options_.mode == Mode::set || is_later(entry.mtime, options_.seconds))
      entry.mtime = {.seconds = options_.seconds, .nanoseconds = 0};
    for (auto& [key, value] : entry.records)
      if (std::find(kTimeRecords.begin(), kTimeRecords.end(), key) != kTimeRecords.end() && changes(value))
        value = record_;
    return Verdict::keep;
  }

 private:
  [[nodiscard]] bool changes(const std::string& record) const {
    if (options_.mode == Mode::set) return true;
    const auto time = tar::parse_pax_time(record);
    return time && is_later(*time, options_.seconds);
  }

  const NormalizeTimestampsOptions& options_;
  std::string record_;
};

constexpr const char* kReadFromFile = "save the image to a file first: occy process … tar://PATH";

[[noreturn]] void refuse(ErrorDetail detail) { throw Error(Errc::unsupported, Side::filter, std::move(detail)); }

std::vector<Digest> diff_ids_of(const ImageDescription& image) {
  if (image.config) return image.config->diff_ids();
  std::vector<Digest> diff_ids;
  if (image.layers)
    for (const LayerInfo& layer : *image.layers)
      if (layer.diff_id) diff_ids.push_back(*layer.diff_id);
  if (image.layers && diff_ids.size() == image.layers->size()) return diff_ids;
  refuse({.subject = image.source,
          .what = "keep-base: the source does not tell its layers before they come",
          .hint = kReadFromFile});
}

// How many steps there are until `layers` layers are made.
std::size_t steps_up_to_layer(const std::vector<HistoryEntry>& history, std::size_t layers) {
  std::size_t steps = 0;
  for (std::size_t made = 0; made < layers && steps < history.size(); ++steps)
    if (history[steps].kind == HistoryEntry::Kind::layer) ++made;
  return steps;
}

bool same_step(const HistoryEntry& a, const HistoryEntry& b) {
  const auto members = [](const HistoryEntry& step) {
    return std::tie(step.created, step.created_by, step.author, step.comment, step.kind);
  };
  return members(a) == members(b);
}

}  // namespace

NormalizeTimestampsFilter::NormalizeTimestampsFilter(NormalizeTimestampsOptions options)
    : options_(std::move(options)) {
  if (options_.seconds >= 0 && options_.seconds <= kLastRfc3339Second) return;
  throw Error(Errc::bad_text, Side::usage,
              {.subject = std::string(NormalizeTimestampsFilter::name()),
               .what = "time out of range",
               .expected = "seconds from 0 to " + std::to_string(kLastRfc3339Second),
               .found = std::to_string(options_.seconds)});
}

// The layers of the base, which are left alone, are named: a layer that is one of them becomes another than one that is
// not.
std::string NormalizeTimestampsFilter::fingerprint() const {
  std::string text = "normalize-timestamps 1 ";
  text.append(options_.mode == Mode::set ? "set " : "clamp ").append(std::to_string(options_.seconds));
  if (options_.base)
    for (const Digest& digest : options_.base->diff_ids) text.append(" ").append(digest.str());
  return text;
}

void NormalizeTimestampsFilter::begin(const ImageDescription& image) {
  if (!options_.base) return;
  const std::vector<Digest>& base = options_.base->diff_ids;
  const std::vector<Digest> layers = diff_ids_of(image);
  const auto [expected, found] = std::mismatch(base.begin(), base.end(), layers.begin(), layers.end());
  if (expected == base.end()) return;
  const std::string position = std::to_string(expected - base.begin());
  refuse({.subject = image.source,
          .what = "keep-base: layer " + position + " is not that of the base image",
          .expected = expected->str(),
          .found = found == layers.end() ? std::to_string(layers.size()) + " layers" : found->str(),
          .hint = "keep-base wants the image that this one was built on, of the same platform"});
}

bool NormalizeTimestampsFilter::is_of_base(const LayerInfo& layer) const {
  if (!options_.base) return false;
  const std::vector<Digest>& base = options_.base->diff_ids;
  if (layer.diff_id) return std::find(base.begin(), base.end(), *layer.diff_id) != base.end();
  if (layer.index) return *layer.index < base.size();
  refuse({.subject = layer.name,
          .what = "keep-base: the source does not tell which layer this is",
          .hint = kReadFromFile});
}

std::unique_ptr<EntryVisitor> NormalizeTimestampsFilter::visit_layer(const LayerInfo& layer) {
  if (is_of_base(layer)) return nullptr;
  return std::make_unique<TimeVisitor>(options_);
}

std::size_t NormalizeTimestampsFilter::steps_of_base(const ImageConfig& config) const {
  if (!options_.base) return 0;
  const auto& own = config.history();
  if (!options_.base->history) return steps_up_to_layer(own, options_.base->diff_ids.size());
  // As far as the two are one: a base that was squashed shares layers, but no steps.
  const auto& base = *options_.base->history;
  const auto differ = std::mismatch(base.begin(), base.end(), own.begin(), own.end(), same_step);
  return static_cast<std::size_t>(differ.second - own.begin());
}

std::optional<std::string> NormalizeTimestampsFilter::edit_config(const ImageConfig& config) {
  const std::size_t kept = steps_of_base(config);
  return replace_created(config, [&](const CreatedTime& created) {
    if (created.step && *created.step < kept) return created.text;
    if (options_.mode == Mode::clamp) {
      const auto time = parse_rfc3339(created.text);
      if (!time || !is_later(*time, options_.seconds)) return created.text;
    }
    return rfc3339_text(options_.seconds);
  });
}

}  // namespace occy
