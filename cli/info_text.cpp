#include "info_text.hpp"

#include <string>
#include <vector>

#include "text_report.hpp"

namespace occy::cli {
namespace {

// Shown where the source does not say.
constexpr const char* kUnknown = "-";

std::string field(const std::string& name, const std::string& value) {
  return (name + ":").append(10 - name.size(), ' ') + (value.empty() ? kUnknown : printable(value)) + "\n";
}

std::string padded(const std::string& text, std::size_t width) {
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

std::string layer_text(const LayerLine& layer, std::size_t index) {
  const std::string size = layer.info.size ? bytes_text(*layer.info.size) : kUnknown;
  const std::string digest = layer.info.diff_id ? layer.info.diff_id->short_hex() : padded(kUnknown, 12);
  std::string text = padded(std::to_string(index), 4) + "  " + digest + padded(size, 11) + "  " +
                     std::string(to_string(layer.info.compression));
  if (!layer.created_by.empty()) text += "  " + step_text(layer.created_by);
  return text + "\n";
}

}  // namespace

std::string info_text(const ImageFacts& facts) {
  std::string text =
      field("Source", facts.source) + field("Names", joined(facts.names)) + field("Id", facts.id) +
      field("Platform", facts.platform ? to_string(*facts.platform) : "") + field("Created", facts.created) +
      field("Layers", std::to_string(facts.layers.size()) + (facts.size ? ", " + bytes_text(*facts.size) : ""));
  for (std::size_t index = 0; index < facts.layers.size(); ++index) text += layer_text(facts.layers[index], index);
  return text;
}

}  // namespace occy::cli
