#include "registry/ranges.hpp"

#include <charconv>
#include <limits>

namespace occy::registry {
namespace {

struct Bounds {
  std::uint64_t first;
  std::uint64_t last;
};

std::optional<Bounds> parse_bounds(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto first = parse_size(text.substr(0, dash));
  const auto last = parse_size(text.substr(dash + 1));
  if (!first || !last || *last < *first || *last == std::numeric_limits<std::uint64_t>::max()) return std::nullopt;
  return Bounds{*first, *last};
}

}  // namespace

std::optional<std::uint64_t> parse_size(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<ContentRange> parse_content_range(std::string_view value) {
  constexpr std::string_view kUnit = "bytes ";
  const std::size_t slash = value.find('/');
  if (!value.starts_with(kUnit) || slash == std::string_view::npos) return std::nullopt;
  const auto bounds = parse_bounds(value.substr(kUnit.size(), slash - kUnit.size()));
  if (!bounds) return std::nullopt;
  ContentRange range{.first = bounds->first, .last = bounds->last};
  const std::string_view total = value.substr(slash + 1);
  if (total == "*") return range;
  range.total = parse_size(total);
  if (!range.total || *range.total <= range.last) return std::nullopt;
  return range;
}

std::optional<std::uint64_t> parse_upload_range(std::string_view value) {
  constexpr std::string_view kUnit = "bytes=";
  if (value.starts_with(kUnit)) value.remove_prefix(kUnit.size());
  const auto bounds = parse_bounds(value);
  if (!bounds || bounds->first != 0) return std::nullopt;
  return bounds->last == 0 ? 0 : bounds->last + 1;
}

}  // namespace occy::registry
