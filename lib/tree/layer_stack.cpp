#include "tree/layer_stack.hpp"

#include <utility>

#include "tree/entry_maker.hpp"
#include "tree/overlay_ground.hpp"

namespace occy::tree {

struct LayerStack::State {
  State(io::File directory, const ExtractorOptions& options)
      : setter(options.ownership, remarks),
        declared(options.limits),
        ground(std::move(directory), setter, remarks, declared, options),
        maker(ground, setter, remarks, declared, options) {}

  Remarks remarks = {};
  AttributeSetter setter;
  DeclaredBytes declared;
  OverlayGround ground;
  EntryMaker maker;
};

LayerStack::LayerStack(io::File directory, const ExtractorOptions& options)
    : state_(std::make_unique<State>(std::move(directory), options)) {}
LayerStack::~LayerStack() = default;

void LayerStack::begin_layer(const std::string& name) { state_->maker.begin_layer(name); }
void LayerStack::write(Block bytes) { state_->maker.write(bytes); }
void LayerStack::end_layer() { state_->maker.end_layer(); }
std::size_t LayerStack::lowest_shown() const noexcept { return state_->ground.lowest_shown(); }
std::vector<Record> LayerStack::take_records() { return state_->ground.take_records(); }
const Remarks& LayerStack::remarks() const noexcept { return state_->remarks; }

}  // namespace occy::tree
