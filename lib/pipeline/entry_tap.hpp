// pipeline/entry_tap.hpp: lends the bytes of a layer, on their way through the pump, to a taker of entries.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "occy/error.hpp"
#include "tree/entry_stream.hpp"

namespace occy::pipeline {

/// What is wrong with the entries waits until the layer was held against what names it: damage is damage, whatever it
/// makes of the headers. After a failure the taker gets nothing more.
class EntryTap {
 public:
  EntryTap(std::string layer, tree::EntryTaker& taker, const Limits& limits)
      : stream_(std::move(layer), taker, limits) {}

  void push(Block bytes) {
    attempt([&] { stream_.push(bytes); });
  }

  /// After the last byte: what was wrong first.
  [[nodiscard]] std::optional<Error> finish() {
    attempt([&] { stream_.finish(); });
    return failure_;
  }

 private:
  template <class Action>
  void attempt(const Action& action) {
    if (failure_) return;
    try {
      action();
    } catch (const Error& error) {
      failure_ = error;
    }
  }

  tree::EntryStream stream_;
  std::optional<Error> failure_;
};

}  // namespace occy::pipeline
