#include "filters.hpp"

#include <charconv>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "occy/error.hpp"

namespace occy::cli {
namespace {

std::optional<std::int64_t> source_date_epoch() {
  const char* value = std::getenv("SOURCE_DATE_EPOCH");
  if (value == nullptr) return std::nullopt;
  const std::string_view text = value;
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error == std::errc{} && end == text.data() + text.size() && seconds >= 0) return seconds;
  throw Error(Errc::bad_text, Side::usage,
              {.subject = "SOURCE_DATE_EPOCH",
               .what = "not a time",
               .expected = "seconds since 1970",
               .found = text.empty() ? "nothing" : std::string(text)});
}

}  // namespace

Filters::Filters(const std::vector<std::string>& specs, Format format, Opener& opener)
    : format_(format), opener_(opener) {
  if (specs.empty()) return;
  const FilterOptions options{.on_match = [this](MatchStyle style) { return take_matches(style); },
                              .source_date_epoch = source_date_epoch(),
                              .open_base = [this](const std::string& uri) { return opener_.input(uri); }};
  for (const std::string& spec : specs) filters_.push_back(open_filter(spec, options));
}

OnMatch Filters::take_matches(MatchStyle style) {
  const MatchForm form = style == MatchStyle::script ? MatchForm::script : MatchForm::text;
  printers_.push_back(std::make_unique<MatchPrinter>(format_ == Format::json ? MatchForm::json : form));
  return [printer = printers_.back().get()](const SearchedLayer& layer, const SearchMatch& match) {
    printer->take(layer, match);
  };
}

std::vector<ImageFilter*> Filters::pointers() const {
  std::vector<ImageFilter*> pointers;
  pointers.reserve(filters_.size());
  for (const auto& filter : filters_) pointers.push_back(filter.get());
  return pointers;
}

void Filters::flush() {
  for (const auto& printer : printers_) printer->flush();
}

}  // namespace occy::cli
