#include "model/rfc3339.hpp"

#include <charconv>
#include <chrono>

namespace occy {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::int64_t kDay = 86'400;

std::string digits(std::int64_t value, std::size_t width) {
  const std::string text = std::to_string(value);
  return std::string(width - text.size(), '0') + text;
}

// Reads a text from its beginning; after the first thing that is not there, nothing is.
class Scanner {
 public:
  explicit Scanner(std::string_view text) noexcept : rest_(text) {}

  unsigned number(std::size_t width, unsigned least, unsigned most) noexcept {
    unsigned value = 0;
    const std::string_view part = rest_.substr(0, width);
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    ok_ = ok_ && error == std::errc{} && end == part.data() + width && value >= least && value <= most;
    rest_.remove_prefix(part.size());
    return value;
  }

  // Upper or lower case.
  void sign(char expected) noexcept { ok_ = take(expected) && ok_; }

  bool take(char expected) noexcept {
    if (rest_.empty() || (rest_[0] != expected && rest_[0] != (expected | 0x20))) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // What follows a point, of which there may be none.
  std::uint32_t nanoseconds() noexcept {
    if (!take('.')) return 0;
    std::uint32_t value = 0;
    std::size_t count = 0;
    for (; !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9'; rest_.remove_prefix(1))
      if (count++ < 9) value = value * 10 + static_cast<std::uint32_t>(rest_[0] - '0');
    ok_ = ok_ && count != 0;
    for (; count < 9; ++count) value *= 10;
    return value;
  }

  // Seconds that local time is ahead of UTC.
  std::int64_t offset() noexcept {
    if (take('Z')) return 0;
    const bool behind = take('-');
    if (!behind) sign('+');
    const auto hours = number(2, 0, 23);
    sign(':');
    const auto ahead = std::int64_t{hours} * 3600 + std::int64_t{number(2, 0, 59)} * 60;
    return behind ? -ahead : ahead;
  }

  [[nodiscard]] bool finished() const noexcept { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace

std::string rfc3339_text(std::int64_t seconds) {
  const year_month_day date{sys_days(days(seconds / kDay))};
  const std::int64_t time = seconds % kDay;
  return digits(int{date.year()}, 4) + '-' + digits(unsigned{date.month()}, 2) + '-' + digits(unsigned{date.day()}, 2) +
         'T' + digits(time / 3600, 2) + ':' + digits(time / 60 % 60, 2) + ':' + digits(time % 60, 2) + 'Z';
}

std::optional<Time> parse_rfc3339(std::string_view text) noexcept {
  Scanner scanner(text);
  const auto year = scanner.number(4, 0, 9999);
  scanner.sign('-');
  const auto month = scanner.number(2, 1, 12);
  scanner.sign('-');
  const auto day = scanner.number(2, 1, 31);
  scanner.sign('T');
  std::int64_t seconds = std::int64_t{scanner.number(2, 0, 23)} * 3600;
  scanner.sign(':');
  seconds += std::int64_t{scanner.number(2, 0, 59)} * 60;
  scanner.sign(':');
  seconds += scanner.number(2, 0, 60);  // a leap second
  const auto nanoseconds = scanner.nanoseconds();
  seconds -= scanner.offset();
  const year_month_day date{std::chrono::year(static_cast<int>(year)), std::chrono::month(month),
                            std::chrono::day(day)};
  if (!scanner.finished() || !date.ok()) return std::nullopt;
  return Time{.seconds = std::int64_t{sys_days(date).time_since_epoch().count()} * kDay + seconds,
              .nanoseconds = nanoseconds};
}

}  // namespace occy
