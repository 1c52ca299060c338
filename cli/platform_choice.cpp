#include "platform_choice.hpp"

#include <algorithm>
#include <utility>

#include "occy/error.hpp"

namespace occy::cli {
namespace {

std::vector<std::string> split(const std::string& text, char divider) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(divider, at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

Platform read_platform(const std::string& text) {
  const auto parts = split(text, '/');
  const bool complete = std::none_of(parts.begin(), parts.end(), [](const std::string& part) { return part.empty(); });
  if (!complete || parts.size() < 2 || parts.size() > 3)
    throw Error(Errc::bad_text, Side::usage,
                {.subject = "--platform",
                 .what = "not a platform",
                 .expected = "all, or OS/ARCHITECTURE[/VARIANT][,...]",
                 .found = text.empty() ? "nothing" : text});
  return {.os = parts[0], .architecture = parts[1], .variant = parts.size() == 3 ? parts[2] : ""};
}

}  // namespace

PlatformChoice read_platforms(const std::string& text) {
  using Scope = PlatformChoice::Scope;
  if (text.empty()) return {};
  if (text == "all") return {.scope = Scope::index};
  PlatformChoice choice;
  for (const std::string& one : split(text, ',')) choice.platforms.push_back(read_platform(one));
  choice.scope = choice.platforms.size() == 1 ? Scope::image : Scope::index;
  return choice;
}

}  // namespace occy::cli
