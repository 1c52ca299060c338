// Text → filter: the table of filters and their options.
#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "occy/error.hpp"
#include "occy/filters/exclude.hpp"
#include "occy/filters/inspect.hpp"
#include "occy/filters/normalize_timestamps.hpp"
#include "occy/filters/search.hpp"
#include "uri/filter_spec.hpp"
#include "uri/schemes.hpp"

namespace occy {
namespace {

using uri::refuse;

// A filter whose name and options are known ones.
struct FilterRequest {
  std::string_view text;  // for messages
  uri::FilterSpec spec;
  const FilterOptions& options;

  [[nodiscard]] std::vector<std::string> values(std::string_view key) const {
    std::vector<std::string> found;
    for (const auto& [name, value] : spec.options)
      if (name == key) found.push_back(value);
    return found;
  }

  [[nodiscard]] std::optional<std::string> value(std::string_view key) const {
    auto found = values(key);
    if (found.size() > 1) refuse(text, "several values of '" + std::string(key) + "'", "one; quote one with a comma");
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
  }

  [[nodiscard]] std::string required(std::string_view key) const {
    auto found = value(key);
    if (!found) refuse(text, "option '" + std::string(key) + "' is missing");
    return *std::move(found);
  }

  // The one of two words that an option has; the first one when it is not there.
  [[nodiscard]] bool is_second(std::string_view key, std::string_view first, std::string_view second) const {
    const auto word = value(key).value_or(std::string(first));
    if (word != first && word != second)
      refuse(text, "option '" + std::string(key) + "'", std::string(first) + " or " + std::string(second), word);
    return word == second;
  }
};

std::unique_ptr<ImageFilter> make_exclude(const FilterRequest& request) {
  return std::make_unique<ExcludeFilter>(request.values("pattern"));
}

std::unique_ptr<ImageFilter> make_inspect(const FilterRequest& request) {
  const std::string path = request.required("file");
  if (path.empty()) refuse(request.text, "option 'file'", "a path");
  return std::make_unique<InspectFilter>(path);
}

std::int64_t seconds_of(const FilterRequest& request) {
  const auto text = request.value("ts");
  if (!text) return request.options.source_date_epoch.value_or(0);
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), seconds);
  if (error != std::errc{} || end != text->data() + text->size() || text->empty())
    refuse(request.text, "option 'ts'", "seconds since 1970", *text);
  return seconds;
}

NormalizeTimestampsOptions::BaseImage base_image(const FilterRequest& request, const std::string& name) {
  const std::string uri = name.find("://") == std::string::npos ? "docker://" + name : name;
  const auto input = request.options.open_base ? request.options.open_base(uri) : open_input(uri);
  const ImageDescription& image = input->describe();
  if (image.config) return {.diff_ids = image.config->diff_ids(), .history = image.config->history()};
  NormalizeTimestampsOptions::BaseImage base;
  for (const LayerInfo& layer : image.layers.value_or(std::vector<LayerInfo>{}))
    if (layer.diff_id) base.diff_ids.push_back(*layer.diff_id);
  if (image.layers && base.diff_ids.size() == image.layers->size()) return base;
  throw Error(Errc::unsupported, Side::filter,
              {.subject = uri, .what = "keep-base: the source does not tell its layers before they come"});
}

std::unique_ptr<ImageFilter> make_normalize_timestamps(const FilterRequest& request) {
  using Mode = NormalizeTimestampsOptions::Mode;
  NormalizeTimestampsOptions options{.seconds = seconds_of(request)};
  if (request.is_second("mode", "set", "clamp")) options.mode = Mode::clamp;
  // Refused before an image is asked for.
  (void)NormalizeTimestampsFilter(options);
  if (const auto base = request.value("keep-base")) options.base = base_image(request, *base);
  return std::make_unique<NormalizeTimestampsFilter>(std::move(options));
}

std::unique_ptr<ImageFilter> make_search(const FilterRequest& request) {
  const std::string pattern = request.required("pattern");
  const auto syntax = request.is_second("regex", "false", "true") ? PatternSyntax::regex : PatternSyntax::glob;
  const auto style = request.is_second("script_friendly", "false", "true") ? MatchStyle::script : MatchStyle::text;
  if (!request.options.on_match)
    throw Error(Errc::unsupported, Side::usage, {.subject = std::string(request.text), .what = "nobody takes matches"});
  return std::make_unique<SearchFilter>(pattern, syntax, request.options.on_match(style));
}

struct FilterKind {
  std::string_view name;
  std::vector<std::string_view> keys;
  std::unique_ptr<ImageFilter> (*make)(const FilterRequest&);
};

const std::vector<FilterKind>& kinds() {
  static const std::vector<FilterKind> table = {
      {.name = "exclude", .keys = {"pattern"}, .make = make_exclude},
      {.name = "inspect", .keys = {"file"}, .make = make_inspect},
      {.name = "normalize-timestamps", .keys = {"ts", "mode", "keep-base"}, .make = make_normalize_timestamps},
      {.name = "search", .keys = {"pattern", "regex", "script_friendly"}, .make = make_search},
  };
  return table;
}

const FilterKind& kind_of(const FilterRequest& request) {
  const auto& table = kinds();
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const FilterKind& kind) { return kind.name == request.spec.name; });
  if (found != table.end()) return *found;
  std::vector<std::string_view> names;
  names.reserve(table.size());
  for (const FilterKind& kind : table) names.push_back(kind.name);
  refuse(request.text, "unknown filter", uri::joined(names), request.spec.name);
}

void require_known_keys(const FilterRequest& request, const FilterKind& kind) {
  for (const auto& [key, value] : request.spec.options)
    if (std::find(kind.keys.begin(), kind.keys.end(), key) == kind.keys.end())
      refuse(request.text, "unknown option of filter " + request.spec.name, uri::joined(kind.keys), key);
}

}  // namespace

std::unique_ptr<ImageFilter> open_filter(std::string_view spec, const FilterOptions& options) {
  const std::string shown = without_login(spec);  // keep-base may have one
  auto parsed = uri::FilterSpec::parse(spec);
  if (!parsed) refuse(shown, parsed.error().message + " at byte " + std::to_string(parsed.error().position));
  const FilterRequest request{.text = shown, .spec = std::move(*parsed), .options = options};
  const FilterKind& kind = kind_of(request);
  require_known_keys(request, kind);
  return kind.make(request);
}

}  // namespace occy
