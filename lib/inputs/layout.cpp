#include "occy/inputs/layout.hpp"

#include <limits>
#include <utility>

#include "inputs/directory_source.hpp"
#include "inputs/layout_structure.hpp"

namespace occy {

struct LayoutInput::State {
  State(std::filesystem::path path, LayoutInputOptions input_options)
      : options(std::move(input_options)),
        source(std::move(path), options.limits,
               [this](const DirectoryMembers& members) { return examine_layout(members, options); }) {}

  LayoutInputOptions options;
  DirectorySource source;
};

LayoutInput::LayoutInput(std::filesystem::path path, LayoutInputOptions options)
    : state_(std::make_unique<State>(std::move(path), std::move(options))) {}

LayoutInput::~LayoutInput() = default;

const ImageDescription& LayoutInput::describe() { return state_->source.describe(); }
CheckResults LayoutInput::check_structure() { return state_->source.check_structure(); }
std::unique_ptr<LayerReader> LayoutInput::next_layer() { return state_->source.next_layer(); }
unsigned LayoutInput::max_open_layers() const noexcept { return std::numeric_limits<unsigned>::max(); }
const ImageConfig& LayoutInput::config() { return state_->source.config(); }

}  // namespace occy
