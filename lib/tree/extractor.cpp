#include "tree/extractor.hpp"

#include <unistd.h>

#include <utility>

#include "tree/entry_maker.hpp"
#include "tree/growing_tree.hpp"

namespace occy::tree {

struct Extractor::State {
  State(io::File root, const ExtractorOptions& options)
      : record(options.record),
        setter(options.ownership, remarks),
        tree(std::move(root), options.descent, {.setter = setter, .record = record}),
        declared(options.limits),
        maker(tree, setter, remarks, declared, options) {}

  Remarks remarks = {};
  Record record;
  AttributeSetter setter;
  GrowingTree tree;
  DeclaredBytes declared;
  EntryMaker maker;
};

Extractor::Extractor(io::File root, const ExtractorOptions& options)
    : state_(std::make_unique<State>(std::move(root), options)) {}
Extractor::~Extractor() = default;

void Extractor::begin_layer(const std::string& name) { state_->maker.begin_layer(name); }
void Extractor::write(Block bytes) { state_->maker.write(bytes); }
void Extractor::end_layer() { state_->maker.end_layer(); }
void Extractor::finish() { state_->tree.settle(); }
Record Extractor::take_record() { return std::move(state_->record); }
const Remarks& Extractor::remarks() const noexcept { return state_->remarks; }

Ownership default_ownership() noexcept { return ::geteuid() == 0 ? Ownership::image : Ownership::recorded; }

}  // namespace occy::tree
