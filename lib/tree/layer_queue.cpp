#include "tree/layer_queue.hpp"

#include <algorithm>
#include <utility>

#include "io/file_source.hpp"
#include "occy/error.hpp"

namespace occy::tree {
namespace {

// Each may keep a decoder and a spool file busy.
constexpr unsigned kMostOpen = 8;

std::string name_of(const LayerInfo& layer) {
  if (!layer.name.empty()) return layer.name;
  if (layer.diff_id) return "layer " + layer.diff_id->str();
  return layer.index ? "layer " + std::to_string(*layer.index) : "a layer";
}

bool is_packed(const LayerInfo& layer) { return layer.compression != Compression::none; }

}  // namespace

/// Either straight to the taker, or into a spool file.
class LayerQueue::Sink final : public LayerSink {
 public:
  Sink(LayerQueue& queue, Key key, Layer layer) : queue_(queue), key_(key), layer_(std::move(layer)) {
    if (!layer_.spool) queue_.taker_.begin_layer(layer_.name);
  }
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  ~Sink() override {
    if (!done_) queue_.drop(key_);
  }

  void write(Block bytes) override {
    if (layer_.spool)
      layer_.spool->write_at(bytes, layer_.size);
    else
      queue_.taker_.write(bytes);
    layer_.size += bytes.size();
  }

  void commit(const LayerRecord& record) override {
    if (record.size != layer_.size)
      throw Error(Errc::size_mismatch, Side::output,
                  {.subject = layer_.name,
                   .what = "layer is not what was written",
                   .expected = std::to_string(record.size) + " bytes",
                   .found = std::to_string(layer_.size) + " bytes"});
    if (!layer_.spool) queue_.taker_.end_layer();
    layer_.diff_id = record.diff_id;
    layer_.committed = true;
    done_ = true;
    queue_.commit(key_, std::move(layer_));
  }

 private:
  LayerQueue& queue_;
  Key key_;
  Layer layer_;
  bool done_ = false;
};

LayerQueue::LayerQueue(LayerTaker& taker, const ImageDescription& image, std::filesystem::path spool_directory)
    : taker_(taker), spool_directory_(std::move(spool_directory)) {
  learn_order(image);
}

void LayerQueue::learn_order(const ImageDescription& image) {
  if (!image.layers) return;
  const auto& layers = *image.layers;
  if (std::any_of(layers.begin(), layers.end(), is_packed)) max_open_ = kMostOpen;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    known_.push_back(layers[i].diff_id);
    if (image.config && i < image.config->diff_ids().size()) known_[i] = image.config->diff_ids()[i];
  }
  for (std::size_t i = 0; i < known_.size(); ++i) {
    const auto same = std::find(known_.begin(), known_.begin() + static_cast<std::ptrdiff_t>(i), known_[i]);
    const auto lowest = layers[i].index.value_or(i);  // of a layer that filters may change, only the place is known
    first_.push_back(known_[i] ? static_cast<Key>(same - known_.begin()) : std::min(lowest, i));
  }
  next_number_ = first_.size();
}

std::optional<LayerQueue::Key> LayerQueue::key_of(const LayerInfo& layer) const {
  if (!layer.index || *layer.index >= first_.size()) return std::nullopt;
  return first_[*layer.index];
}

bool LayerQueue::is_repeated(Key key) const { return std::count(first_.begin(), first_.end(), key) > 1; }

bool LayerQueue::wants(const LayerInfo& layer) {
  const std::scoped_lock lock(mutex_);
  if (layer.diff_id && given_.contains(*layer.diff_id)) return false;
  const auto key = key_of(layer);
  return !key || !layers_.contains(*key);
}

// A layer that comes again is kept: it could not be read twice.
bool LayerQueue::may_go_straight(std::optional<Key> key) const {
  return key && !taker_is_busy_ && *key == taken_.size() && !is_repeated(*key);
}

std::unique_ptr<LayerSink> LayerQueue::put(const LayerInfo& layer) {
  const std::scoped_lock lock(mutex_);
  const auto known = key_of(layer);
  const Key key = known && !layers_.contains(*known) ? *known : next_number_++;
  Layer waiting{.diff_id = layer.diff_id, .name = name_of(layer)};
  if (may_go_straight(known))
    taker_is_busy_ = true;
  else
    waiting.spool = io::make_nameless_file(spool_directory_, Side::output);
  if (layer.diff_id) given_.insert(*layer.diff_id);
  layers_.insert_or_assign(key, Layer{.diff_id = layer.diff_id, .name = waiting.name});
  return std::make_unique<Sink>(*this, key, std::move(waiting));
}

void LayerQueue::drop(Key key) {
  const std::scoped_lock lock(mutex_);
  const auto found = layers_.find(key);
  if (found->second.diff_id) given_.erase(*found->second.diff_id);
  layers_.erase(found);
}

void LayerQueue::commit(Key key, Layer layer) {
  {
    const std::scoped_lock lock(mutex_);
    if (!layer.spool) {
      taken_.push_back(*layer.diff_id);
      taker_is_busy_ = false;
    }
    given_.insert(*layer.diff_id);
    layers_.at(key) = std::move(layer);
  }
  take_what_is_ready();
}

// By whoever brings the piece that was missing; others go on reading meanwhile.
void LayerQueue::take_what_is_ready() {
  std::unique_lock lock(mutex_);
  if (std::exchange(taker_is_busy_, true)) return;
  while (taken_.size() < first_.size()) {
    const Key key = first_[taken_.size()];
    const auto found = layers_.find(key);
    if (found == layers_.end() || !found->second.committed) break;
    Layer& layer = found->second;
    lock.unlock();
    take(layer);
    lock.lock();
    taken_.push_back(*layer.diff_id);
    const auto later = first_.begin() + static_cast<std::ptrdiff_t>(taken_.size());
    if (std::find(later, first_.end(), key) == first_.end()) layer.spool.reset();
  }
  taker_is_busy_ = false;
}

void LayerQueue::take(Layer& layer) {
  taker_.begin_layer(layer.name);
  io::FileRangeSource source(*layer.spool, 0, layer.size);
  for (Block block = source.next(); !block.empty(); block = source.next()) taker_.write(block);
  taker_.end_layer();
}

void LayerQueue::settle(const ImageConfig& config, const std::string& destination) {
  const auto& diff_ids = config.diff_ids();
  const auto in_order = std::mismatch(taken_.begin(), taken_.end(), diff_ids.begin(), diff_ids.end());
  if (taker_is_busy_ || in_order.first != taken_.end())
    throw Error(Errc::not_found, Side::output,
                {.subject = destination, .what = "layers came in another order than they have in the image"});
  for (std::size_t position = 0; position < diff_ids.size(); ++position) (void)find(config, position, destination);
  while (taken_.size() < diff_ids.size()) {
    take(find(config, taken_.size(), destination));
    taken_.push_back(diff_ids[taken_.size()]);
  }
}

LayerQueue::Layer& LayerQueue::find(const ImageConfig& config, std::size_t position, const std::string& destination) {
  const Digest& diff_id = config.diff_ids()[position];
  for (auto& [key, layer] : layers_)
    if (layer.committed && layer.diff_id == diff_id && (layer.spool || position < taken_.size())) return layer;
  throw Error(Errc::not_found, Side::output,
              {.subject = destination, .what = "layer was not written", .expected = diff_id.str()});
}

}  // namespace occy::tree
