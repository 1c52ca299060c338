// inputs/examined_source.hpp: a source whose documents are read before its layers, and whose layers come in any order.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "inputs/examined_image.hpp"
#include "inputs/first_look.hpp"
#include "occy/check_results.hpp"
#include "occy/image.hpp"
#include "occy/limits.hpp"

namespace occy {

/// Answers as ImageInput does. The first question makes it look.
class ExaminedSource {
 public:
  /// `name` stands for the source in messages.
  ExaminedSource(std::string name, const Limits& limits) : name_(std::move(name)), limits_(limits) {}
  virtual ~ExaminedSource() = default;

  [[nodiscard]] const ImageDescription& describe();
  [[nodiscard]] CheckResults check_structure();
  [[nodiscard]] std::unique_ptr<LayerReader> next_layer();
  [[nodiscard]] const ImageConfig& config();

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const Limits& limits() const noexcept { return limits_; }

 private:
  /// Opens the source, and reads its documents. A source that cannot be opened is a fault. Called once.
  [[nodiscard]] virtual ExaminedImage look() = 0;

  /// One stored layer after the other, from 0; null when there are no more. After look().
  [[nodiscard]] virtual std::unique_ptr<LayerReader> open_layer(std::size_t number) = 0;

  const ExaminedImage& image();

  std::string name_;
  Limits limits_;
  FirstLook first_look_;
  ExaminedImage image_;
  std::optional<ImageDescription> description_;
  std::size_t next_layer_ = 0;
};

}  // namespace occy
