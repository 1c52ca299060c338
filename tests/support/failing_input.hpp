// support/failing_input.hpp: an input whose calls, and those of its readers, can break.
#pragma once

#include <memory>
#include <utility>

#include "occy/input.hpp"
#include "support/failing_calls.hpp"

namespace occy::test {

class FailingInput final : public ImageInput {
 public:
  /// `input` is borrowed.
  FailingInput(ImageInput& input, FailingCalls calls) : input_(input), calls_(std::move(calls)) {}

  const ImageDescription& describe() override {
    calls_.count("describe");
    return input_.describe();
  }
  std::unique_ptr<LayerReader> next_layer() override {
    calls_.count("next_layer");
    auto reader = input_.next_layer();
    return reader ? std::make_unique<Reader>(std::move(reader), calls_) : nullptr;
  }
  unsigned max_open_layers() const noexcept override { return input_.max_open_layers(); }
  const ImageConfig& config() override {
    calls_.count("config");
    return input_.config();
  }

 private:
  class Reader final : public LayerReader {
   public:
    Reader(std::unique_ptr<LayerReader> reader, FailingCalls calls)
        : reader_(std::move(reader)), calls_(std::move(calls)) {}
    const LayerInfo& info() const noexcept override { return reader_->info(); }
    Block next() override {
      calls_.count("next");
      return reader_->next();
    }

   private:
    std::unique_ptr<LayerReader> reader_;
    FailingCalls calls_;
  };

  ImageInput& input_;
  FailingCalls calls_;
};

}  // namespace occy::test
