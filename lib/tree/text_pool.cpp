#include "tree/text_pool.hpp"

#include <algorithm>

namespace occy::tree {
namespace {

constexpr unsigned kChunkBits = 16;
constexpr std::size_t kLengthBytes = 2;

}  // namespace

// A text begins behind its two bytes of length, so no text has the id 0.
TextPool::Id TextPool::add(std::string_view text) {
  if (text.empty()) return 0;
  if (kChunk - used_ < kLengthBytes + text.size()) {
    chunks_.push_back(std::make_unique<Chunk>());
    used_ = 0;
  }
  char* place = chunks_.back()->data() + used_;
  place[0] = static_cast<char>(text.size() & 0xffU);
  place[1] = static_cast<char>(text.size() >> 8U);
  std::copy(text.begin(), text.end(), place + kLengthBytes);
  const auto id = ((chunks_.size() - 1) << kChunkBits) + used_ + kLengthBytes;
  used_ += kLengthBytes + text.size();
  return static_cast<Id>(id);
}

std::string_view TextPool::operator[](Id id) const noexcept {
  if (id == 0) return {};
  const char* text = chunks_[id >> kChunkBits]->data() + (id & (kChunk - 1));
  const auto low = static_cast<unsigned char>(text[-2]);
  const auto high = static_cast<unsigned char>(text[-1]);
  return {text, static_cast<std::size_t>(low) | (static_cast<std::size_t>(high) << 8U)};
}

}  // namespace occy::tree
