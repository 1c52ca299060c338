#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "commands.hpp"
#include "info_text.hpp"
#include "json_report.hpp"
#include "opener.hpp"
#include "streams.hpp"

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

Exit run_info(const std::string& source, const Settings& settings) {
  Opener opener(settings, {source});
  const auto input = opener.input(source);
  const ImageFacts facts = facts_of(*input);
  write_data(settings.format == Format::json ? info_json(facts) : info_text(facts));
  return Exit::done;
}

}  // namespace

void add_info_command(CLI::App& program, const Settings& settings, Exit& exit) {
  CLI::App* command = program.add_subcommand("info", "Say what an image is, without reading its layers");
  auto source = std::make_shared<std::string>();
  add_source(*command, *source);
  command->footer(
      "Examples:\n"
      "  occy info tar://debian.tar\n"
      "  occy info docker://debian:12 -O json");
  command->callback([source, &settings, &exit] { exit = run_info(*source, settings); });
}

}  // namespace occy::cli
