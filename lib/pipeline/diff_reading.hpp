// pipeline/diff_reading.hpp: reads the layers of two images for a comparison, as little of them as it takes.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "occy/diff.hpp"
#include "pipeline/distinct_layers.hpp"
#include "pipeline/layer_notes.hpp"

namespace occy::pipeline {

/// The notes of layers, by diff_id: a layer that both images have is there once.
using LayerStore = std::unordered_map<Digest, LayerNotes>;

/// Which contents of which layers are wanted, by ordinal.
using WantedContents = std::unordered_map<Digest, std::vector<bool>>;

/// The config of an image: as it was told up front, or after all its layers.
[[nodiscard]] const ImageConfig& config_of(ImageInput& input);

/// Of a layer that both images have, the headers are read in the first image. Which of its contents must be compared
/// is known only when both trees are; so its reader in the second image is kept until then, where that input can be
/// read in any order. Where neither can, everything is hashed as it comes by, once.
class DiffReading {
 public:
  /// All are borrowed.
  DiffReading(ImageInput& a, ImageInput& b, const DiffOptions& options);

  /// Reads both images. Afterwards the store has their layers.
  void run();

  /// Adds contents to the store. Before: run(); what is wanted is in layers that both images have. Throws Error
  /// (Errc::not_found) when the second image named such a layer and never gave it.
  void read(const WantedContents& wanted);

  [[nodiscard]] LayerStore& store() noexcept { return store_; }

 private:
  /// What is done with a layer.
  enum class Plan { skip, headers, contents, keep };

  struct Image {
    ImageInput* input;
    std::unordered_set<Digest> listed;  // the diff_ids that it names before its layers
  };
  using Planner = Plan (DiffReading::*)(const LayerInfo&) const;

  /// A layer that is read: opened under the lock, read outside of it.
  struct Job {
    const Image* image;
    std::size_t number;
    std::unique_ptr<LayerReader> reader;
    ContentChoice choice;
  };
  using NextJob = std::function<std::optional<Job>(const std::stop_token&)>;
  using Settle = std::function<void(const LayerInfo&, const Digest& diff_id, LayerNotes)>;

  void read_image(const Image& image, Planner planner);
  [[nodiscard]] std::optional<Job> next_layer(const Image& image, DistinctLayers& layers, Planner planner,
                                              const std::stop_token& stop);
  [[nodiscard]] Plan plan_first(const LayerInfo& layer) const;
  [[nodiscard]] Plan plan_second(const LayerInfo& layer) const;
  [[nodiscard]] Job begin(const Image& image, std::unique_ptr<LayerReader> reader, ContentChoice choice);
  [[nodiscard]] std::unique_ptr<LayerReader> take_kept(const Digest& diff_id);
  void add_contents(const LayerInfo& layer, const std::vector<bool>& wanted, const LayerNotes& notes);

  void work(unsigned most_open, const NextJob& next_job, const Settle& settle);
  void read_layer(Job& job, const Settle& settle, const std::stop_token& stop);
  [[nodiscard]] static bool is_foreign(const Image& image, const LayerInfo& layer, const Digest& diff_id);
  [[nodiscard]] Digest prove_layer(const Job& job, NoteTaker& taker, const std::stop_token& stop);
  void advance(std::size_t number, std::uint64_t bytes);

  const DiffOptions& options_;
  Progress silence_;
  Progress& progress_;
  Image first_;
  Image second_;
  bool second_waits_;

  // Guards the inputs, the observer, and all below.
  std::mutex mutex_;
  bool exhausted_ = false;
  std::size_t opened_ = 0;
  LayerStore store_;
  std::unordered_map<Digest, std::unique_ptr<LayerReader>> kept_;
};

}  // namespace occy::pipeline
