#include "occy/config.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <initializer_list>
#include <utility>

#include "model/json.hpp"

namespace occy {
namespace {

using boost::json::value;
using Refusal = std::optional<ParseError>;

constexpr std::string_view kWhere = "config";

/// Moves what a reader of one member got into its place; answers with the reader's refusal.
template <class T>
Refusal take(result<T> from, T& to) {
  if (!from) return from.error();
  to = std::move(*from);
  return {};
}

Refusal read_platform(const value& document, Platform& platform) {
  if (Refusal refusal = take(json::string_member(document, "os", kWhere), platform.os)) return refusal;
  if (Refusal refusal = take(json::string_member(document, "architecture", kWhere), platform.architecture))
    return refusal;
  return take(json::optional_string_member(document, "variant", kWhere), platform.variant);
}

Refusal read_diff_ids(const value& rootfs, const Limits& limits, std::vector<Digest>& diff_ids) {
  std::vector<std::string> texts;
  if (Refusal refusal = take(json::string_list_member(rootfs, "diff_ids", "config: rootfs"), texts)) return refusal;
  if (texts.size() > limits.layers)
    return ParseError{"config: rootfs.diff_ids: expected at most " + std::to_string(limits.layers) + " layers, found " +
                      std::to_string(texts.size())};
  for (const std::string& text : texts) {
    const result<Digest> digest = Digest::parse(text);
    if (!digest)
      return ParseError{"config: rootfs.diff_ids[" + std::to_string(diff_ids.size()) + "]: " + digest.error().message};
    diff_ids.push_back(*digest);
  }
  return {};
}

Refusal read_kind(const value& step, const std::string& where, HistoryEntry::Kind& kind) {
  const value* empty_layer = json::member(step, "empty_layer");
  if (empty_layer == nullptr) return {};
  if (!empty_layer->is_bool())
    return ParseError{where + ": empty_layer: expected a boolean, found " + std::string(json::kind_name(*empty_layer))};
  if (empty_layer->get_bool()) kind = HistoryEntry::Kind::metadata_only;
  return {};
}

Refusal read_step(const value& step, const std::string& where, HistoryEntry& entry) {
  if (!step.is_object()) return ParseError{where + ": expected an object, found " + std::string(json::kind_name(step))};
  const std::initializer_list<std::pair<std::string_view, std::string&>> texts = {{"created", entry.created},
                                                                                  {"created_by", entry.created_by},
                                                                                  {"author", entry.author},
                                                                                  {"comment", entry.comment}};
  for (const auto& [key, text] : texts)
    if (Refusal refusal = take(json::optional_string_member(step, key, where), text)) return refusal;
  return read_kind(step, where, entry.kind);
}

Refusal read_history(const value& document, std::vector<HistoryEntry>& history) {
  const value* steps = json::member(document, "history");
  if (steps == nullptr) return {};
  if (!steps->is_array())
    return ParseError{"config: history: expected an array, found " + std::string(json::kind_name(*steps))};
  for (const value& step : steps->get_array()) {
    const std::string where = "config: history[" + std::to_string(history.size()) + ']';
    if (Refusal refusal = read_step(step, where, history.emplace_back())) return refusal;
  }
  return {};
}

boost::json::array strings(const std::vector<std::string>& texts) {
  return boost::json::array(texts.begin(), texts.end());
}

// Engines leave out what is empty.
void put_text(boost::json::object& into, std::string_view key, const std::string& text) {
  if (!text.empty()) into[key] = text;
}

void put_list(boost::json::object& into, std::string_view key, const std::vector<std::string>& texts) {
  if (!texts.empty()) into[key] = strings(texts);
}

boost::json::object command_config(const ConfigRecipe& recipe) {
  boost::json::object config;
  put_list(config, "Env", recipe.environment);
  put_list(config, "Cmd", recipe.command);
  put_text(config, "WorkingDir", recipe.working_directory);
  return config;
}

boost::json::object step_object(const HistoryEntry& entry) {
  boost::json::object step;
  put_text(step, "created", entry.created);
  put_text(step, "created_by", entry.created_by);
  put_text(step, "author", entry.author);
  put_text(step, "comment", entry.comment);
  if (entry.kind == HistoryEntry::Kind::metadata_only) step["empty_layer"] = true;
  return step;
}

boost::json::array history_array(const std::vector<HistoryEntry>& history) {
  boost::json::array steps;
  for (const HistoryEntry& entry : history) steps.push_back(step_object(entry));
  return steps;
}

boost::json::object rootfs_object(const std::vector<Digest>& diff_ids) {
  boost::json::array texts;
  for (const Digest& diff_id : diff_ids) texts.emplace_back(diff_id.str());
  return {{"type", "layers"}, {"diff_ids", std::move(texts)}};
}

}  // namespace

ImageConfig::ImageConfig(std::string bytes) : bytes_(std::move(bytes)), digest_(sha256(bytes_)) {}

result<ImageConfig> ImageConfig::parse(std::string bytes, const Limits& limits) {
  const result<value> document = json::parse(bytes, limits);
  if (!document) return ParseError{"config: " + document.error().message, document.error().position};
  if (!document->is_object())
    return ParseError{"config: expected an object, found " + std::string(json::kind_name(*document))};
  const value* rootfs = json::member(*document, "rootfs");
  if (rootfs == nullptr || !rootfs->is_object()) return ParseError{"config: rootfs: expected an object"};

  ImageConfig config(std::move(bytes));
  if (Refusal refusal = read_platform(*document, config.platform_)) return *refusal;
  if (Refusal refusal = take(json::string_member(*rootfs, "type", "config: rootfs"), config.rootfs_type_))
    return *refusal;
  if (Refusal refusal = read_diff_ids(*rootfs, limits, config.diff_ids_)) return *refusal;
  if (Refusal refusal = read_history(*document, config.history_)) return *refusal;
  if (Refusal refusal = take(json::optional_string_member(*document, "created", kWhere), config.created_))
    return *refusal;
  return config;
}

// Keys in the order of the alphabet, as BuildKit writes them: engines differ, and this is what most images have.
ImageConfig ImageConfig::make(const ConfigRecipe& recipe) {
  boost::json::object document;
  document["architecture"] = recipe.platform.architecture;
  document["config"] = command_config(recipe);
  put_text(document, "created", recipe.created);
  if (!recipe.history.empty()) document["history"] = history_array(recipe.history);
  document["os"] = recipe.platform.os;
  document["rootfs"] = rootfs_object(recipe.diff_ids);
  put_text(document, "variant", recipe.platform.variant);
  return parse(boost::json::serialize(document)).value();
}

const HistoryEntry* history_of_layer(const ImageConfig& config, std::size_t index) noexcept {
  const auto makes_layer = [](const HistoryEntry& entry) { return entry.kind == HistoryEntry::Kind::layer; };
  const auto steps = std::ranges::count_if(config.history(), makes_layer);
  if (static_cast<std::size_t>(steps) != config.diff_ids().size()) return nullptr;  // any answer would be a guess
  for (const HistoryEntry& entry : config.history())
    if (makes_layer(entry) && index-- == 0) return &entry;
  return nullptr;
}

}  // namespace occy
