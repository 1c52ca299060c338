#include "pipeline/diff_config.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "model/json.hpp"
#include "occy/error.hpp"

namespace occy::pipeline {
namespace {

namespace bj = boost::json;

// RFC 6901: "~" and "/" have a meaning in a pointer.
std::string escaped(std::string_view key) {
  std::string text;
  for (const char c : key) {
    if (c == '~')
      text += "~0";
    else if (c == '/')
      text += "~1";
    else
      text += c;
  }
  return text;
}

class Comparison {
 public:
  std::vector<ConfigDifference> run(const bj::value& a, const bj::value& b) {
    compare("", &a, &b);
    return std::move(differences_);
  }

 private:
  // Null: there is no such member. The depth is that of a document, which is capped.
  void compare(const std::string& pointer, const bj::value* a, const bj::value* b) {
    if (pointer == "/rootfs/diff_ids") return;
    const bool both = a != nullptr && b != nullptr;
    if (both && a->is_object() && b->is_object()) return compare_objects(pointer, a->get_object(), b->get_object());
    if (both && a->is_array() && b->is_array()) return compare_arrays(pointer, a->get_array(), b->get_array());
    if (both && *a == *b) return;
    differences_.push_back({.pointer = pointer, .in_a = text_of(a), .in_b = text_of(b)});
  }

  void compare_objects(const std::string& pointer, const bj::object& a, const bj::object& b) {
    std::set<std::string_view> keys;
    for (const auto& member : a) keys.insert(member.key());
    for (const auto& member : b) keys.insert(member.key());
    for (const std::string_view key : keys)
      compare(pointer + "/" + escaped(key), a.if_contains(key), b.if_contains(key));
  }

  void compare_arrays(const std::string& pointer, const bj::array& a, const bj::array& b) {
    for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i)
      compare(pointer + "/" + std::to_string(i), a.if_contains(i), b.if_contains(i));
  }

  static std::optional<std::string> text_of(const bj::value* value) {
    if (value == nullptr) return std::nullopt;
    return bj::serialize(*value);
  }

  std::vector<ConfigDifference> differences_;
};

bj::value parsed(const ImageConfig& config, const Limits& limits) {
  auto document = json::parse(config.bytes(), limits);
  if (document) return *std::move(document);
  throw Error(Errc::bad_document, Side::input, {.subject = "config", .what = document.error().message});
}

std::string made_by(const ImageConfig& config, std::size_t index) {
  const HistoryEntry* step = history_of_layer(config, index);
  return step != nullptr ? step->created_by : "";
}

}  // namespace

std::vector<ConfigDifference> compare_configs(const ImageConfig& a, const ImageConfig& b, const Limits& limits) {
  return Comparison().run(parsed(a, limits), parsed(b, limits));
}

bool is_creation_time(const ConfigDifference& difference) {
  const std::string_view pointer = difference.pointer;
  return pointer == "/created" || (pointer.starts_with("/history/") && pointer.ends_with("/created"));
}

std::vector<LayerDifference> compare_layers(const ImageConfig& a, const ImageConfig& b) {
  std::unordered_map<Digest, std::deque<std::size_t>> left;  // positions in b that have no partner yet
  for (std::size_t index = 0; index < b.diff_ids().size(); ++index) left[b.diff_ids()[index]].push_back(index);
  std::vector<LayerDifference> layers;
  for (std::size_t index = 0; index < a.diff_ids().size(); ++index) {
    LayerDifference layer{.diff_id = a.diff_ids()[index], .in_a = index, .in_b = {}, .created_by = made_by(a, index)};
    if (auto partner = left.find(layer.diff_id); partner != left.end() && !partner->second.empty()) {
      layer.in_b = partner->second.front();
      partner->second.pop_front();
    }
    layers.push_back(std::move(layer));
  }
  for (std::size_t index = 0; index < b.diff_ids().size(); ++index) {
    const auto& unpaired = left[b.diff_ids()[index]];
    if (std::find(unpaired.begin(), unpaired.end(), index) == unpaired.end()) continue;
    layers.push_back({.diff_id = b.diff_ids()[index], .in_a = {}, .in_b = index, .created_by = made_by(b, index)});
  }
  return layers;
}

}  // namespace occy::pipeline
