#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "commands.hpp"
#include "engine_socket.hpp"
#include "json_report.hpp"
#include "streams.hpp"
#include "text_report.hpp"

namespace occy::cli {
namespace {

// A source that tells its image only at its end is passed by, unread.
const ImageConfig* known_config(ImageInput& input, const ImageDescription& image) {
  if (image.config) return &*image.config;
  if (image.layers) return nullptr;
  while (input.next_layer()) continue;
  return &input.config();
}

// The layers as the source has them, or at least as the config lists them.
std::vector<LayerLine> layer_lines(const ImageDescription& image, const ImageConfig* config) {
  std::vector<LayerLine> lines;
  if (image.layers) {
    for (const LayerInfo& layer : *image.layers) lines.push_back({.info = layer, .created_by = ""});
  } else if (config != nullptr) {
    for (const Digest& diff_id : config->diff_ids()) {
      LayerInfo layer;
      layer.diff_id = diff_id;
      lines.push_back({.info = layer, .created_by = ""});
    }
  }
  for (std::size_t index = 0; config != nullptr && index < lines.size(); ++index)
    if (const HistoryEntry* step = history_of_layer(*config, index)) lines[index].created_by = step->created_by;
  return lines;
}

std::optional<std::uint64_t> total_size(const std::vector<LayerLine>& layers) {
  std::uint64_t size = 0;
  for (const LayerLine& layer : layers) {
    if (!layer.info.size) return std::nullopt;
    size += *layer.info.size;
  }
  return size;
}

ImageFacts facts_of(ImageInput& input) {
  const ImageDescription& image = input.describe();
  const ImageConfig* config = known_config(input, image);
  ImageFacts facts{.source = image.source,
                   .names = {},
                   .id = {},
                   .platform = image.platform,
                   .created = image.created,
                   .layers = layer_lines(image, config),
                   .size = {}};
  for (const Reference& name : image.references) facts.names.push_back(name.str());
  facts.size = total_size(facts.layers);
  if (config != nullptr) {
    facts.id = config->digest().str();
    facts.platform = config->platform();
    facts.created = config->created();
  }
  if (image.id) facts.id = image.id->str();
  return facts;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

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
  std::string text = padded(std::to_string(index), 4) + "  " +
                     (layer.info.diff_id ? layer.info.diff_id->short_hex() : padded(kUnknown, 12)) + padded(size, 11) +
                     "  " + std::string(to_string(layer.info.compression));
  if (!layer.created_by.empty()) text += "  " + printable(layer.created_by);
  return text + "\n";
}

std::string info_text(const ImageFacts& facts) {
  std::string text =
      field("Source", facts.source) + field("Names", joined(facts.names)) + field("Id", facts.id) +
      field("Platform", facts.platform ? to_string(*facts.platform) : "") + field("Created", facts.created) +
      field("Layers", std::to_string(facts.layers.size()) + (facts.size ? ", " + bytes_text(*facts.size) : ""));
  for (std::size_t index = 0; index < facts.layers.size(); ++index) text += layer_text(facts.layers[index], index);
  return text;
}

Exit run_info(const std::string& source, const Settings& settings) {
  const auto side = needs_engine_socket(source) ? std::optional(Side::input) : std::nullopt;
  const auto input = open_input(source, open_options(settings, side));
  const ImageFacts facts = facts_of(*input);
  write_data(settings.format == Format::json ? info_json(facts) : info_text(facts));
  return Exit::done;
}

}  // namespace

void add_info_command(CLI::App& program, const Settings& settings, Exit& exit) {
  CLI::App* command = program.add_subcommand("info", "Say what an image is, without reading its layers");
  auto source = std::make_shared<std::string>();
  command->add_option("SOURCE", *source, "tar://PATH[?image=NAME:TAG], tar://- or docker://NAME[:TAG]")->required();
  command->footer(
      "Examples:\n"
      "  occy info tar://debian.tar\n"
      "  occy info docker://debian:12 -O json");
  command->callback([source, &settings, &exit] { exit = run_info(*source, settings); });
}

}  // namespace occy::cli
