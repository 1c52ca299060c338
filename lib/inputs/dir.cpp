#include "occy/inputs/dir.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "inputs/dir_structure.hpp"
#include "inputs/first_look.hpp"
#include "occy/error.hpp"

namespace occy {
namespace {

ImageDescription make_description(const std::string& source, const DirStructure& structure) {
  const ImageConfig& config = *structure.config;
  return {.source = source,
          .references = structure.references,
          .id = config.digest(),
          .platform = config.platform(),
          .created = config.created(),
          .config = config,
          .layers = structure.layers.infos};
}

}  // namespace

struct DirInput::State {
  std::filesystem::path path;
  DirInputOptions options;
  FirstLook first_look = {};
  std::optional<DirectoryMembers> members = {};
  DirStructure structure = {};
  std::size_t next_layer = 0;
  std::optional<ImageDescription> description = {};

  void open() {
    first_look.once([this] { look(); });
  }

  void look() {
    auto directory = open_source_directory(path);
    if (!directory) return structure.faults.push_back(directory.error());
    members.emplace(std::move(*directory), path.string(), options.limits);
    structure = examine_dir(*members, options);
  }
};

DirInput::DirInput(std::filesystem::path path, DirInputOptions options)
    : state_(std::make_unique<State>(State{.path = std::move(path), .options = std::move(options)})) {}

DirInput::~DirInput() = default;

const ImageDescription& DirInput::describe() {
  state_->open();
  tar::throw_first_error(state_->structure.faults);
  if (!state_->description) state_->description = make_description(state_->path.string(), state_->structure);
  return *state_->description;
}

CheckResults DirInput::check_structure() {
  state_->open();
  CheckResults results(state_->options.limits.findings);
  for (const auto& fault : state_->structure.faults) results.add(tar::to_finding(fault));
  return results;
}

std::unique_ptr<LayerReader> DirInput::next_layer() {
  state_->open();
  const auto& layers = state_->structure.layers.files;
  if (state_->next_layer == layers.size()) return nullptr;
  return open_file_layer(*state_->members, layers[state_->next_layer++]);
}

unsigned DirInput::max_open_layers() const noexcept { return std::numeric_limits<unsigned>::max(); }

const ImageConfig& DirInput::config() {
  state_->open();
  if (!state_->structure.config) tar::throw_first_error(state_->structure.faults);
  return *state_->structure.config;
}

}  // namespace occy
