// tree/entry_stream.hpp: the entries of a layer and their data, as its bytes stream by.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "occy/digest.hpp"
#include "occy/limits.hpp"
#include "tar/walker.hpp"

namespace occy::tree {

/// Who takes the entries.
class EntryTaker {
 public:
  virtual ~EntryTaker() = default;

  /// Valid during the call. `runs`: see tar::Walker::sparse_runs().
  virtual void begin_entry(const Entry& entry, std::span<const tar::SparseRun> runs) = 0;

  /// The entry's stored bytes, in pieces.
  virtual void take_data(Block bytes) = 0;
  virtual void end_entry() = 0;
};

/// Cuts one layer into its entries. A layer without the end-of-archive marker is taken as engines take it: whole.
class EntryStream {
 public:
  /// `name` is the layer's, for messages; `taker` is borrowed.
  EntryStream(std::string name, EntryTaker& taker, const Limits& limits);

  /// Throws Error (side: input, Errc::bad_archive), and what the taker throws.
  void push(Block bytes);

  /// How many bytes, data and padding, lie before the next header.
  [[nodiscard]] std::uint64_t ahead() const noexcept { return data_left_ + padding_left_; }

  /// Goes on as if these bytes had been pushed, which the taker does not see. Before: bytes ≤ ahead().
  void pass(std::uint64_t bytes);

  /// Whether the end-of-archive marker was there: what follows means nothing.
  [[nodiscard]] bool ended() const noexcept { return ended_; }

  /// After the last byte. Throws when the layer was cut.
  void finish();

 private:
  void take_header();
  void take_data(Block& bytes);
  void begin_entry();
  [[nodiscard]] bool is_all_zero() const noexcept;
  [[noreturn]] void refuse(const ParseError& error) const;

  std::string name_;
  EntryTaker& taker_;
  tar::Walker walker_;
  tar::HeaderBlock block_{};
  std::size_t block_size_ = 0;
  std::uint64_t data_left_ = 0;
  std::uint64_t padding_left_ = 0;
  bool ended_ = false;
  bool all_zero_ = true;
};

}  // namespace occy::tree
