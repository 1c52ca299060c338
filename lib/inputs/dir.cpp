#include "occy/inputs/dir.hpp"

#include <limits>
#include <utility>

#include "inputs/dir_structure.hpp"
#include "inputs/directory_source.hpp"

namespace occy {

struct DirInput::State {
  State(std::filesystem::path path, DirInputOptions input_options)
      : options(std::move(input_options)),
        source(std::move(path), options.limits,
               [this](const DirectoryMembers& members) { return examine_dir(members, options); }) {}

  DirInputOptions options;
  DirectorySource source;
};

DirInput::DirInput(std::filesystem::path path, DirInputOptions options)
    : state_(std::make_unique<State>(std::move(path), std::move(options))) {}

DirInput::~DirInput() = default;

const ImageDescription& DirInput::describe() { return state_->source.describe(); }
CheckResults DirInput::check_structure() { return state_->source.check_structure(); }
std::unique_ptr<LayerReader> DirInput::next_layer() { return state_->source.next_layer(); }
unsigned DirInput::max_open_layers() const noexcept { return std::numeric_limits<unsigned>::max(); }
const ImageConfig& DirInput::config() { return state_->source.config(); }

}  // namespace occy
