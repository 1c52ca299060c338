#include "model/config_edit.hpp"

#include <string_view>

#include "model/json_strings.hpp"

namespace occy {
namespace {

constexpr std::string_view kDiffIds = "/rootfs/diff_ids/";
constexpr std::string_view kHistory = "/history/";
constexpr std::string_view kCreated = "/created";

bool is_number(std::string_view text) { return !text.empty() && text.find_first_not_of("0123456789") == text.npos; }

// "/created" and "/history/3/created".
bool is_created(std::string_view pointer) {
  if (pointer == kCreated) return true;
  if (!pointer.starts_with(kHistory) || !pointer.ends_with(kCreated)) return false;
  pointer.remove_prefix(kHistory.size());
  pointer.remove_suffix(kCreated.size());
  return is_number(pointer);
}

}  // namespace

std::string replace_diff_ids(const ImageConfig& config, const std::vector<Digest>& diff_ids) {
  return json::replace_strings(config.bytes(), [&](const json::StringPlace& place) {
    const std::string_view pointer = place.pointer;
    if (!pointer.starts_with(kDiffIds)) return place.value;
    return diff_ids.at(std::stoull(place.pointer.substr(kDiffIds.size()))).str();
  });
}

std::string replace_created(const ImageConfig& config, const std::function<std::string(const std::string&)>& change) {
  return json::replace_strings(config.bytes(), [&](const json::StringPlace& place) {
    return is_created(place.pointer) ? change(place.value) : place.value;
  });
}

}  // namespace occy
