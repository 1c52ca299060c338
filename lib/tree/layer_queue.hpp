// tree/layer_queue.hpp: brings layers, in whatever order they come, into the order of the image.
//
//   sink of the next layer ──────────────────────────▶ LayerTaker
//   sink of a later layer ──▶ nameless file ── its turn ──┘
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

#include "io/file.hpp"
#include "occy/config.hpp"
#include "occy/image.hpp"
#include "occy/layer.hpp"
#include "tree/extractor.hpp"

namespace occy::tree {

/// Gives each layer to the taker as often as the image lists it, the lowest first. Where the source does not tell the
/// order before its layers, all of them wait for the config.
///
/// Threads: sinks may be written and committed by several at once; the taker is used by one at a time.
class LayerQueue {
 public:
  /// `taker` is borrowed. `spool_directory`: where layers wait that come before their turn.
  LayerQueue(LayerTaker& taker, const ImageDescription& image, std::filesystem::path spool_directory);
  LayerQueue(const LayerQueue&) = delete;
  LayerQueue& operator=(const LayerQueue&) = delete;

  /// One where layers come plain and in order: then none is written twice. Several where they have to be unpacked.
  [[nodiscard]] unsigned max_open() const noexcept { return max_open_; }

  [[nodiscard]] bool wants(const LayerInfo& layer);

  /// A sink, and the promise that the layer is there when it is committed. One that goes straight to the taker and is
  /// dropped ends the image: what was taken cannot be taken back.
  [[nodiscard]] std::unique_ptr<LayerSink> put(const LayerInfo& layer);

  /// Gives what waits to the taker. Throws Errc::not_found (side: output) when a layer of the config was never
  /// committed, or the order was another one than the source had said.
  void settle(const ImageConfig& config, const std::string& destination);

 private:
  class Sink;

  /// A layer that was committed, or is about to be.
  struct Layer {
    std::optional<Digest> diff_id = {};
    std::string name = {};
    std::optional<io::File> spool = {};  ///< missing: it was taken
    std::uint64_t size = 0;
    bool committed = false;
  };

  /// Of a layer: its first position in the image, where the source tells; else a number after all positions.
  using Key = std::size_t;

  void learn_order(const ImageDescription& image);
  [[nodiscard]] std::optional<Key> key_of(const LayerInfo& layer) const;
  [[nodiscard]] bool is_repeated(Key key) const;
  [[nodiscard]] bool may_go_straight(std::optional<Key> key) const;
  void drop(Key key);
  void commit(Key key, Layer layer);
  void take_what_is_ready();
  void take(Layer& layer);
  [[nodiscard]] Layer& find(const ImageConfig& config, std::size_t position, const std::string& destination);

  LayerTaker& taker_;
  std::filesystem::path spool_directory_;
  unsigned max_open_ = 1;
  std::vector<Key> first_;  ///< for each position of the image, the first one with the same layer; empty: unknown
  std::vector<std::optional<Digest>> known_;  ///< the diff_id of each position, where the source tells

  std::mutex mutex_;  // guards all below
  std::map<Key, Layer> layers_;
  std::set<Digest> given_;  ///< diff_ids for which there is a sink, or was one
  std::vector<Digest> taken_;
  std::size_t next_number_ = 0;
  bool taker_is_busy_ = false;
};

}  // namespace occy::tree
