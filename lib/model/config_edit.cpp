#include "model/config_edit.hpp"

#include <string_view>

#include "model/json_strings.hpp"

namespace occy {
namespace {

constexpr std::string_view kDiffIds = "/rootfs/diff_ids/";
constexpr std::string_view kHistory = "/history/";
constexpr std::string_view kCreated = "/created";

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// "/created" and "/history/3/created".
std::optional<CreatedTime> created_at(const json::StringPlace& place) {
  std::string_view pointer = place.pointer;
  if (pointer == kCreated) return CreatedTime{.text = place.value, .step = {}};
  if (!pointer.starts_with(kHistory) || !pointer.ends_with(kCreated)) return std::nullopt;
  pointer.remove_prefix(kHistory.size());
  pointer.remove_suffix(kCreated.size());
  if (!is_number(pointer)) return std::nullopt;
  return CreatedTime{.text = place.value, .step = std::stoull(std::string(pointer))};
}

}  // namespace

std::string replace_diff_ids(const ImageConfig& config, const std::vector<Digest>& diff_ids) {
  return json::replace_strings(config.bytes(), [&](const json::StringPlace& place) {
    const std::string_view pointer = place.pointer;
    if (!pointer.starts_with(kDiffIds)) return place.value;
    return diff_ids.at(std::stoull(place.pointer.substr(kDiffIds.size()))).str();
  });
}

std::string replace_created(const ImageConfig& config, const std::function<std::string(const CreatedTime&)>& change) {
  return json::replace_strings(config.bytes(), [&](const json::StringPlace& place) {
    const auto created = created_at(place);
    return created ? change(*created) : place.value;
  });
}

}  // namespace occy
