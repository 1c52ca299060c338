// docker/json_splitter.hpp: finds the JSON objects that stand one after the other in a stream of bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace occy::docker {

/// Looks at brackets and quotes only; whether a value is JSON is for a parser to say. Pieces may end anywhere; between
/// values there may be white space, or nothing. Holds one value, never more than `cap` bytes of it.
class JsonSplitter {
 public:
  using Take = std::function<void(std::string_view value)>;

  explicit JsonSplitter(std::uint64_t cap) : cap_(cap) {}

  enum class State {
    between,   ///< no value has begun
    inside,    ///< a value has begun and not ended
    text,      ///< something stands there that is no object: pending() holds its beginning
    too_long,  ///< a value above the cap; nothing more is taken
  };

  /// Calls `take` with each value that is whole.
  void feed(std::string_view bytes, const Take& take);

  [[nodiscard]] State state() const noexcept { return state_; }
  [[nodiscard]] const std::string& pending() const noexcept { return value_; }

 private:
  void feed_between(char c);
  [[nodiscard]] bool ends_value(char c);
  void append(char c);

  std::uint64_t cap_;
  State state_ = State::between;
  std::string value_;
  std::size_t depth_ = 0;
  enum class Quote { none, open, escaped } quote_ = Quote::none;
};

}  // namespace occy::docker
