#include "docker/json_splitter.hpp"

namespace occy::docker {

void JsonSplitter::feed(std::string_view bytes, const Take& take) {
  for (const char c : bytes) {
    if (state_ == State::too_long) return;
    if (state_ == State::between) feed_between(c);
    if (state_ == State::between) continue;
    append(c);
    if (state_ != State::inside || !ends_value(c)) continue;
    take(value_);
    value_.clear();
    state_ = State::between;
  }
}

void JsonSplitter::feed_between(char c) {
  if (c == ' ' || c == '\t' || c == '\r' || c == '\n') return;
  state_ = c == '{' ? State::inside : State::text;
}

void JsonSplitter::append(char c) {
  if (value_.size() < cap_)
    value_ += c;
  else if (state_ == State::inside)
    state_ = State::too_long;
}

bool JsonSplitter::ends_value(char c) {
  if (quote_ == Quote::open) {
    if (c == '\\') quote_ = Quote::escaped;
    if (c == '"') quote_ = Quote::none;
  } else if (quote_ == Quote::escaped || c == '"') {
    quote_ = Quote::open;
  } else if (c == '{' || c == '[') {
    ++depth_;
  } else if (c == '}' || c == ']') {
    return --depth_ == 0;
  }
  return false;
}

}  // namespace occy::docker
