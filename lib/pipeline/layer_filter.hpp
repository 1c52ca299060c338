// pipeline/layer_filter.hpp: lets the visitors of a layer see its entries while its bytes go by.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "occy/layer.hpp"
#include "occy/limits.hpp"
#include "pipeline/filter_chain.hpp"
#include "pipeline/hashing_tap.hpp"

namespace occy::pipeline {

struct LayerFilterOptions {
  /// What messages call the layer.
  std::string layer;

  Limits limits = {};

  /// Where content of dropped files waits for hard links.
  std::filesystem::path temp_directory = {};

  /// For the hash of what an editor puts.
  HashingHelp hashing = {};
};

/// For one layer; is pushed its uncompressed bytes.
///
/// A layer that is no archive is an error only at the end, in finish(): then it is known whether its bytes were those
/// that were promised, and whether it was a layer of the image at all.
class LayerFilter {
 public:
  virtual ~LayerFilter() = default;

  /// Throws what the visitors throw.
  virtual void push(Block bytes) = 0;

  /// Whether the layer becomes another one. Known before the first changed byte is put.
  [[nodiscard]] virtual bool changed() const noexcept = 0;

  /// After the last byte, when the layer was proved. Tells the visitors, and returns what was put; nothing where
  /// nothing is. Throws Error (side: input), Errc::bad_archive.
  [[nodiscard]] virtual std::optional<LayerRecord> finish() = 0;
};

/// For visitors that only look. `visitors` is borrowed.
[[nodiscard]] std::unique_ptr<LayerFilter> make_onlooker(LayerVisitors& visitors, LayerFilterOptions options);

/// For visitors that may change the layer: `put` gets the new one. `visitors` is borrowed.
[[nodiscard]] std::unique_ptr<LayerFilter> make_editor(LayerVisitors& visitors, LayerFilterOptions options,
                                                       TakeBlock put);

}  // namespace occy::pipeline
