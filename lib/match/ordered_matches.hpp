// match/ordered_matches.hpp: puts what is found in several layers at once into the order of the layers.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "occy/search_match.hpp"

namespace occy::match {

/// The lowest layer that is not finished has the word: its matches are told at once. Those of others wait, and when too
/// many wait, their threads do, until it is their turn. So memory is bounded, and the lowest layer never waits for
/// another: as long as a thread works on one layer after the other, nobody waits for ever.
class OrderedMatches {
 public:
  /// What may wait, in bytes, about.
  static constexpr std::size_t kMostWaiting = std::size_t{1} << 20U;

  explicit OrderedMatches(OnMatch on_match, std::size_t most_waiting = kMostWaiting)
      : on_match_(std::move(on_match)), most_waiting_(most_waiting) {}

  /// The matches of one layer. Used by one thread; must not outlive its OrderedMatches. Destroyed unfinished, it passes
  /// the word on.
  class Layer {
   public:
    Layer(OrderedMatches& owner, std::size_t number) noexcept : owner_(owner), number_(number) {}
    Layer(const Layer&) = delete;
    Layer& operator=(const Layer&) = delete;
    ~Layer();

    /// Throws what the callback threw, here or, when nobody could take it there, for another layer.
    void add(SearchMatch match);

    /// After the last match. Throws as add() does.
    void finish();

   private:
    OrderedMatches& owner_;
    std::size_t number_;
  };

  /// In the order of the layers.
  [[nodiscard]] std::unique_ptr<Layer> open(SearchedLayer layer);

 private:
  struct Slot {
    SearchedLayer layer;
    std::vector<SearchMatch> waiting = {};
    bool finished = false;
  };

  // All: under the lock.
  [[nodiscard]] bool has_the_word(std::size_t number) const { return slots_.begin()->first == number; }
  void tell(const SearchedLayer& layer, const SearchMatch& match);
  void tell_waiting(Slot& slot);
  void pass_on();
  void rethrow_failure() const;

  OnMatch on_match_;
  std::size_t most_waiting_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::size_t, Slot> slots_;
  std::size_t next_ = 0;
  std::size_t waiting_bytes_ = 0;
  std::exception_ptr failure_;
};

}  // namespace occy::match
