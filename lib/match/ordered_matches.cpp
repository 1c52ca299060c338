#include "match/ordered_matches.hpp"

#include <utility>

namespace occy::match {
namespace {

std::size_t bytes_of(const SearchMatch& match) noexcept {
  return sizeof(SearchMatch) + match.path.size() + match.link.size() + (match.line ? match.line->text.size() : 0);
}

}  // namespace

std::unique_ptr<OrderedMatches::Layer> OrderedMatches::open(SearchedLayer layer) {
  const std::scoped_lock lock(mutex_);
  layer.number = next_++;
  const std::size_t number = layer.number;
  slots_.emplace(number, Slot{.layer = std::move(layer)});
  return std::make_unique<Layer>(*this, number);
}

void OrderedMatches::Layer::add(SearchMatch match) {
  std::unique_lock lock(owner_.mutex_);
  owner_.changed_.wait(lock, [this] {
    return owner_.has_the_word(number_) || owner_.waiting_bytes_ < owner_.most_waiting_ || owner_.failure_;
  });
  owner_.rethrow_failure();
  Slot& slot = owner_.slots_.at(number_);
  if (owner_.has_the_word(number_)) return owner_.tell(slot.layer, match);
  owner_.waiting_bytes_ += bytes_of(match);
  slot.waiting.push_back(std::move(match));
}

void OrderedMatches::Layer::finish() {
  const std::scoped_lock lock(owner_.mutex_);
  owner_.rethrow_failure();
  owner_.slots_.at(number_).finished = true;
  owner_.pass_on();
}

OrderedMatches::Layer::~Layer() {
  const std::scoped_lock lock(owner_.mutex_);
  const auto slot = owner_.slots_.find(number_);
  if (slot == owner_.slots_.end() || slot->second.finished) return;
  slot->second.finished = true;
  try {
    owner_.pass_on();
  } catch (...) {
    // Kept in failure_: the next who has something to say throws it.
  }
}

void OrderedMatches::tell(const SearchedLayer& layer, const SearchMatch& match) {
  try {
    on_match_(layer, match);
  } catch (...) {
    failure_ = std::current_exception();
    changed_.notify_all();
    throw;
  }
}

void OrderedMatches::tell_waiting(Slot& slot) {
  for (const SearchMatch& match : std::exchange(slot.waiting, {})) {
    waiting_bytes_ -= bytes_of(match);
    tell(slot.layer, match);
  }
}

void OrderedMatches::pass_on() {
  while (!slots_.empty()) {
    Slot& lowest = slots_.begin()->second;
    if (!failure_) tell_waiting(lowest);
    if (!lowest.finished) break;
    slots_.erase(slots_.begin());
  }
  changed_.notify_all();
}

void OrderedMatches::rethrow_failure() const {
  if (failure_) std::rethrow_exception(failure_);
}

}  // namespace occy::match
