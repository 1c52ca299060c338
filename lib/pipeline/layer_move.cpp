#include "pipeline/layer_move.hpp"

#include "occy/error.hpp"
#include "pipeline/layer_filter.hpp"
#include "pipeline/pump.hpp"

namespace occy::pipeline {
namespace {

// Of a layer that so much of stays as it is, nothing will change, mostly. As long as there are two sinks, those of a
// registry send nothing: they begin at 5 MiB.
constexpr std::uint64_t kUndecided = std::uint64_t{4} << 20U;

// Of bytes that are written plain.
StoredBlob as_stored(const LayerRecord& record) {
  return {.compression = Compression::none, .digest = record.diff_id, .size = record.size};
}

class Mover {
 public:
  Mover(LayerMove& move, const MoveOptions& options)
      : move_(move), options_(options), info_(move_.reader->info()), filter_(make_filter()) {}

  std::optional<MovedLayer> run() {
    const LayerFacts facts = read();
    require_claims(info_, facts);
    if (options_.is_foreign(facts.record)) return {};
    const LayerRecord written = commit(facts);
    return MovedLayer{.read = facts.record, .written = written};
  }

 private:
  [[nodiscard]] bool is_edited() const { return move_.visitors && move_.visitors->may_change(); }

  [[nodiscard]] bool goes_unopened() const {
    return options_.form == LayerForm::blob && info_.stored && info_.diff_id && info_.compression != Compression::none;
  }

  // An editor's two streams are hashed together; else one is hashed by whom there is.
  [[nodiscard]] HashingHelp hashing() {
    if (is_edited() && SideBySide::is_of_use()) return {.others = &side_by_side_};
    return {.spares = options_.spares};
  }

  LayerFacts read() {
    if (goes_unopened())
      return pump_blob(
          *move_.reader, options_.stop, [this](Block block) { write(block), see(block); }, hashing());
    return pump(*move_.reader, options_.limits, options_.stop, taps(), hashing());
  }

  std::unique_ptr<LayerFilter> make_filter() {
    if (!move_.visitors) return nullptr;
    LayerFilterOptions options{.layer = layer_name(info_),
                               .limits = options_.limits,
                               .temp_directory = options_.temp_directory,
                               .hashing = hashing()};
    if (!is_edited()) return make_onlooker(*move_.visitors, std::move(options));
    const bool has_both = move_.plain_sink != nullptr;
    return make_editor(*move_.visitors, std::move(options), [this, has_both](Block block) {
      LayerSink* const sink = has_both ? move_.plain_sink.get() : move_.sink.get();
      if (sink != nullptr) sink->write(block);
    });
  }

  Taps taps() {
    // An edited layer that is stored plain, or goes to an output of the plain form, has one sink: the editor's.
    const bool as_read = !is_edited() || move_.plain_sink;
    if (!as_read) return {.plain = [this](Block block) { see(block); }};
    if (options_.form == LayerForm::plain) return {.plain = [this](Block block) { write(block), see(block); }};
    return {.plain = [this](Block block) { see(block); }, .stored = [this](Block block) { write(block); }};
  }

  // As it was read, or as it was once found to change.
  [[nodiscard]] bool is_given_plain() const {
    return info_.compression == Compression::none || move_.change == LayerMove::Change::late;
  }

  void write(Block block) {
    if (move_.sink) move_.sink->write(block);
  }

  void see(Block block) {
    if (filter_) filter_->push(block);
    options_.advanced(done_ += block.size());
    if (filter_) choose_sink();
  }

  // Of two copies, one is of use.
  void choose_sink() {
    if (filter_->changed()) {
      if (counts_on_no_change_) give_up_late();
      if (move_.plain_sink) move_.sink.reset();
    } else if (move_.plain_sink && move_.reading == LayerMove::Reading::again && done_ >= kUndecided) {
      move_.plain_sink.reset();
      counts_on_no_change_ = true;
    }
  }

  [[noreturn]] void give_up_late() {
    move_.change = LayerMove::Change::late;
    throw Error(Errc::interrupted, Side::filter,
                {.subject = layer_name(info_), .what = "a filter changes the layer late"});
  }

  LayerRecord commit(const LayerFacts& facts) {
    const std::optional<LayerRecord> made = filter_ ? filter_->finish() : std::nullopt;
    const bool changed = filter_ && filter_->changed();
    LayerRecord record = changed ? *made : facts.record;
    if (options_.form != LayerForm::plain)
      record.stored = changed || is_given_plain() ? as_stored(record) : facts.stored;
    LayerSink* sink = changed && move_.plain_sink ? move_.plain_sink.get() : move_.sink.get();
    if (sink != nullptr) sink->commit(record);
    return record;
  }

  LayerMove& move_;
  const MoveOptions& options_;
  const LayerInfo& info_;
  SideBySide side_by_side_;
  std::unique_ptr<LayerFilter> filter_;
  std::uint64_t done_ = 0;
  bool counts_on_no_change_ = false;
};

}  // namespace

std::optional<MovedLayer> move_layer(LayerMove& move, const MoveOptions& options) { return Mover(move, options).run(); }

}  // namespace occy::pipeline
