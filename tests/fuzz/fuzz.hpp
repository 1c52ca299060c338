// What the fuzzers share.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "occy/layer.hpp"

namespace occy::fuzz {

inline Block block(const std::uint8_t* data, std::size_t size) { return std::as_bytes(std::span(data, size)); }

inline std::string_view text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// The fuzzer's bytes as a source, in one block.
class OneBlock final : public BlockSource {
 public:
  explicit OneBlock(Block block) : block_(block) {}
  Block next() override { return std::exchange(block_, {}); }

 private:
  Block block_;
};

}  // namespace occy::fuzz
