#include "occy/inputs/layout.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "inputs/first_look.hpp"
#include "inputs/layout_structure.hpp"
#include "occy/error.hpp"

namespace occy {
namespace {

ImageDescription make_description(const std::string& source, const LayoutStructure& structure) {
  const ImageConfig& config = *structure.config;
  return {.source = source,
          .references = structure.references,
          .id = config.digest(),
          .platform = config.platform(),
          .created = config.created(),
          .config = config,
          .manifest = structure.manifest,
          .layers = structure.layers.infos};
}

}  // namespace

struct LayoutInput::State {
  std::filesystem::path path;
  LayoutInputOptions options;
  FirstLook first_look = {};
  std::optional<DirectoryMembers> members = {};
  LayoutStructure structure = {};
  std::size_t next_layer = 0;
  std::optional<ImageDescription> description = {};

  void open() {
    first_look.once([this] { look(); });
  }

  void look() {
    auto directory = open_source_directory(path);
    if (!directory) return structure.faults.push_back(directory.error());
    members.emplace(std::move(*directory), path.string(), options.limits);
    structure = examine_layout(*members, options);
  }
};

LayoutInput::LayoutInput(std::filesystem::path path, LayoutInputOptions options)
    : state_(std::make_unique<State>(State{.path = std::move(path), .options = std::move(options)})) {}

LayoutInput::~LayoutInput() = default;

const ImageDescription& LayoutInput::describe() {
  state_->open();
  tar::throw_first_error(state_->structure.faults);
  if (!state_->description) state_->description = make_description(state_->path.string(), state_->structure);
  return *state_->description;
}

CheckResults LayoutInput::check_structure() {
  state_->open();
  CheckResults results(state_->options.limits.findings);
  for (const auto& fault : state_->structure.faults) results.add(tar::to_finding(fault));
  return results;
}

std::unique_ptr<LayerReader> LayoutInput::next_layer() {
  state_->open();
  const auto& layers = state_->structure.layers.files;
  if (state_->next_layer == layers.size()) return nullptr;
  return open_file_layer(*state_->members, layers[state_->next_layer++]);
}

unsigned LayoutInput::max_open_layers() const noexcept { return std::numeric_limits<unsigned>::max(); }

const ImageConfig& LayoutInput::config() {
  state_->open();
  if (!state_->structure.config) tar::throw_first_error(state_->structure.faults);
  return *state_->structure.config;
}

}  // namespace occy
