#include "occy/filters/inspect.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <string>

#include "io/append.hpp"
#include "occy/error.hpp"

namespace occy {
namespace {

namespace json = boost::json;

json::array tags_of(const ImageDescription& image) {
  json::array tags;
  for (const Reference& reference : image.references) tags.emplace_back(reference.str());
  return tags;
}

// Oldest first.
class Steps {
 public:
  explicit Steps(const FilteredImage& image) : image_(image) {}

  json::array run() {
    const auto& history = image_.config.history();
    const auto made = static_cast<std::size_t>(std::count_if(history.begin(), history.end(), makes_layer));
    if (made == image_.config.diff_ids().size())
      for (const HistoryEntry& step : history) add(step);
    else
      for (std::size_t i = 0; i < image_.config.diff_ids().size(); ++i) add({});
    return std::move(steps_);
  }

 private:
  static bool makes_layer(const HistoryEntry& step) { return step.kind == HistoryEntry::Kind::layer; }

  void add(const HistoryEntry& step) {
    json::object object{{"id", ""}, {"size", 0}};
    if (makes_layer(step)) object = take_layer();
    object["created"] = step.created;
    object["created_by"] = step.created_by;
    object["comment"] = step.comment;
    object["tags"] = json::array();
    steps_.push_back(std::move(object));
  }

  json::object take_layer() {
    const std::size_t layer = layer_++;
    json::object object{{"id", image_.config.diff_ids()[layer].str()}, {"size", nullptr}};
    if (layer < image_.layer_sizes.size() && image_.layer_sizes[layer]) object["size"] = *image_.layer_sizes[layer];
    return object;
  }

  const FilteredImage& image_;
  std::size_t layer_ = 0;
  json::array steps_;
};

std::string line_about(const FilteredImage& image) {
  json::array layers = Steps(image).run();
  std::reverse(layers.begin(), layers.end());
  const json::array tags = tags_of(image.source);
  const std::string name = tags.empty() ? printable(image.source.source) : std::string(tags[0].get_string());
  if (!layers.empty()) layers[0].as_object()["tags"] = tags;
  return json::serialize(json::object{{"name", name}, {"layers", std::move(layers)}}) + "\n";
}

}  // namespace

void InspectFilter::begin(const ImageDescription&) { io::require_appendable(path_, Side::filter); }

void InspectFilter::finish(const FilteredImage& image) { io::append(path_, line_about(image), Side::filter); }

}  // namespace occy
