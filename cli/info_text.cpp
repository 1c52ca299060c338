#include "info_text.hpp"

#include <sstream>
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

// Steps of a build are whole scripts at times.
std::string on_one_line(const std::string& text) {
  std::istringstream stream(text);
  std::string line;
  for (std::string word; stream >> word;) line += (line.empty() ? "" : " ") + word;
  return line;
}

std::string shortened(const std::string& text) {
  constexpr std::size_t kMost = 72;
  if (text.size() <= kMost) return printable(text);
  const auto continues = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; };
  std::size_t end = kMost;
  while (end > 0 && continues(text[end])) --end;
  return printable(text.substr(0, end)) + "…";
}

std::string layer_text(const LayerLine& layer, std::size_t index) {
  const std::string size = layer.info.size ? bytes_text(*layer.info.size) : kUnknown;
  const std::string digest = layer.info.diff_id ? layer.info.diff_id->short_hex() : padded(kUnknown, 12);
  std::string text = padded(std::to_string(index), 4) + "  " + digest + padded(size, 11) + "  " +
                     std::string(to_string(layer.info.compression));
  if (!layer.created_by.empty()) text += "  " + shortened(on_one_line(layer.created_by));
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
