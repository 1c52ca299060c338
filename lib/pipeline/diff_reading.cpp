#include "pipeline/diff_reading.hpp"

#include <limits>
#include <string>
#include <utility>

#include "occy/error.hpp"
#include "pipeline/crew.hpp"
#include "pipeline/entry_tap.hpp"
#include "pipeline/pump.hpp"

namespace occy::pipeline {
namespace {

// Each holds a block of its own. Images share fewer layers than this; further ones are hashed as they come.
constexpr std::size_t kMostKept = 32;

// The diff_ids that the source names before its layers.
std::unordered_set<Digest> listed_before(const ImageDescription& image) {
  std::unordered_set<Digest> listed;
  if (image.config) listed.insert(image.config->diff_ids().begin(), image.config->diff_ids().end());
  if (!image.layers) return listed;
  for (const LayerInfo& layer : *image.layers)
    if (layer.diff_id) listed.insert(*layer.diff_id);
  return listed;
}

// Whether readers may stay open while others are used, and the config does not wait for them.
bool can_wait(ImageInput& input) {
  const ImageDescription& image = input.describe();
  return image.config && input.max_open_layers() > image.config->diff_ids().size();
}

[[noreturn]] void refuse(const LayerInfo& layer) {
  throw Error(Errc::digest_mismatch, Side::input,
              {.subject = layer_name(layer), .what = "the images have two different layers under one diff_id"});
}

}  // namespace

const ImageConfig& config_of(ImageInput& input) {
  const ImageDescription& image = input.describe();
  return image.config ? *image.config : input.config();
}

DiffReading::DiffReading(ImageInput& a, ImageInput& b, const DiffOptions& options)
    : options_(options),
      progress_(options.progress != nullptr ? *options.progress : silence_),
      first_{.input = &a, .listed = listed_before(a.describe())},
      second_{.input = &b, .listed = listed_before(b.describe())} {
  if (!can_wait(b) && can_wait(a)) std::swap(first_, second_);
  second_waits_ = can_wait(*second_.input);
}

void DiffReading::run() {
  progress_.stage_started(Stage::layers);
  read_image(first_, &DiffReading::plan_first);
  read_image(second_, &DiffReading::plan_second);
}

DiffReading::Plan DiffReading::plan_first(const LayerInfo& layer) const {
  const bool shared = layer.diff_id && second_.listed.contains(*layer.diff_id);
  return shared && second_waits_ ? Plan::headers : Plan::contents;
}

DiffReading::Plan DiffReading::plan_second(const LayerInfo& layer) const {
  if (!layer.diff_id || !store_.contains(*layer.diff_id)) return Plan::contents;
  if (!second_waits_) return Plan::skip;
  return kept_.size() < kMostKept ? Plan::keep : Plan::contents;
}

void DiffReading::read_image(const Image& image, Planner planner) {
  exhausted_ = false;
  DistinctLayers layers(*image.input);
  work(
      image.input->max_open_layers(),
      [&](const std::stop_token& stop) { return next_layer(image, layers, planner, stop); },
      [&](const LayerInfo& layer, const Digest& diff_id, LayerNotes notes) {
        if (!is_foreign(image, layer, diff_id)) store_.insert_or_assign(diff_id, std::move(notes));
      });
}

// Archives of old engines carry blobs besides the layers, which a stream cannot tell apart before they were read; they
// need not be archives.
bool DiffReading::is_foreign(const Image& image, const LayerInfo& layer, const Digest& diff_id) {
  return !layer.diff_id && !image.listed.empty() && !image.listed.contains(diff_id);
}

std::optional<DiffReading::Job> DiffReading::next_layer(const Image& image, DistinctLayers& layers, Planner planner,
                                                        const std::stop_token& stop) {
  while (!exhausted_) {
    auto reader = layers.next(stop);
    if (!reader) break;
    const LayerInfo layer = reader->info();
    const Plan plan = (this->*planner)(layer);
    if (plan == Plan::keep) kept_.emplace(*layer.diff_id, std::move(reader));
    if (plan == Plan::headers) return begin(image, std::move(reader), ContentChoice::none());
    if (plan == Plan::contents) return begin(image, std::move(reader), ContentChoice::all());
  }
  exhausted_ = true;
  return std::nullopt;
}

DiffReading::Job DiffReading::begin(const Image& image, std::unique_ptr<LayerReader> reader, ContentChoice choice) {
  // What is not read whole is not told: it takes no time, and proves nothing.
  if (!choice.is_all()) return {.image = &image, .number = 0, .reader = std::move(reader), .choice = std::move(choice)};
  progress_.layer_started(opened_, reader->info());
  return {.image = &image, .number = opened_++, .reader = std::move(reader), .choice = std::move(choice)};
}

void DiffReading::read(const WantedContents& wanted) {
  auto next = wanted.begin();
  work(
      second_.input->max_open_layers(),
      [&](const std::stop_token&) -> std::optional<Job> {
        if (next == wanted.end()) return std::nullopt;
        const auto& [diff_id, ordinals] = *next++;
        return begin(second_, take_kept(diff_id), ContentChoice::some(ordinals));
      },
      [&](const LayerInfo& layer, const Digest&, const LayerNotes& notes) {
        add_contents(layer, wanted.at(*layer.diff_id), notes);
      });
}

std::unique_ptr<LayerReader> DiffReading::take_kept(const Digest& diff_id) {
  const auto kept = kept_.find(diff_id);
  if (kept != kept_.end()) return std::move(kept->second);
  throw Error(Errc::not_found, Side::input,
              {.subject = second_.input->describe().source,
               .what = "a layer that the image lists never came",
               .expected = diff_id.str()});
}

void DiffReading::add_contents(const LayerInfo& layer, const std::vector<bool>& wanted, const LayerNotes& notes) {
  LayerNotes& before = store_.at(*layer.diff_id);
  for (std::size_t ordinal = 0; ordinal < wanted.size(); ++ordinal) {
    if (!wanted[ordinal]) continue;
    const auto content = ordinal < notes.size() ? notes.content(ordinal) : std::nullopt;
    if (!content || notes.state(ordinal).size != before.state(ordinal).size) refuse(layer);
    before.set_content(ordinal, *content);
  }
}

void DiffReading::work(unsigned most_open, const NextJob& next_job, const Settle& settle) {
  const unsigned workers = crew_size(options_.jobs, most_open, std::numeric_limits<unsigned>::max());
  run_crew(workers, options_.stop, [&](const std::stop_token& stop) {
    const auto next = [&] {
      const std::scoped_lock lock(mutex_);
      require_running(stop);
      return next_job(stop);
    };
    while (std::optional<Job> job = next()) read_layer(*job, settle, stop);
  });
}

void DiffReading::read_layer(Job& job, const Settle& settle, const std::stop_token& stop) {
  const LayerInfo& layer = job.reader->info();
  const bool whole = job.choice.is_all();
  NoteTaker taker(layer_name(layer), std::move(job.choice), options_.limits);
  if (!whole) walk_layer(*job.reader, options_.limits, stop, taker);
  const Digest diff_id = whole ? prove_layer(job, taker, stop) : *layer.diff_id;
  const std::scoped_lock lock(mutex_);
  settle(layer, diff_id, taker.take());
}

Digest DiffReading::prove_layer(const Job& job, NoteTaker& taker, const std::stop_token& stop) {
  const LayerInfo& layer = job.reader->info();
  EntryTap tap(layer_name(layer), taker, options_.limits);
  std::uint64_t done = 0;
  const LayerFacts facts = pump(*job.reader, options_.limits, stop, {.plain = [&](Block block) {
    tap.push(block);
    advance(job.number, done += block.size());
  }});
  require_claims(layer, facts);
  const auto failure = tap.finish();
  if (failure && !is_foreign(*job.image, layer, facts.record.diff_id)) throw Error(*failure);
  const std::scoped_lock lock(mutex_);
  progress_.layer_finished(job.number, facts.record);
  return facts.record.diff_id;
}

void DiffReading::advance(std::size_t number, std::uint64_t bytes) {
  const std::scoped_lock lock(mutex_);
  progress_.layer_advanced(number, bytes);
}

}  // namespace occy::pipeline
