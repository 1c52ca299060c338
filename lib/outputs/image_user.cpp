#include "outputs/image_user.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "occy/error.hpp"

namespace occy::outputs {
namespace {

constexpr std::uint32_t kMostId = 2'147'483'647;

std::string_view take_until(std::string_view& text, char end) {
  const auto size = std::min(text.find(end), text.size());
  const auto part = text.substr(0, size);
  text.remove_prefix(std::min(size + 1, text.size()));
  return part;
}

std::optional<std::uint32_t> id_of(std::string_view text) {
  std::uint32_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc{} || end != text.data() + text.size() || id > kMostId) return std::nullopt;
  return id;
}

/// NAME:PASSWORD:UID:GID:… and NAME:PASSWORD:GID:MEMBER,MEMBER,….
struct Line {
  std::string_view name;
  std::optional<std::uint32_t> id;
  std::string_view rest;  ///< the field behind the id
};

template <class Wanted>
std::optional<Line> find_line(std::string_view text, Wanted wanted) {
  while (!text.empty()) {
    std::string_view fields = take_until(text, '\n');
    Line line{.name = take_until(fields, ':'), .id = {}, .rest = {}};
    (void)take_until(fields, ':');
    line.id = id_of(take_until(fields, ':'));
    line.rest = take_until(fields, ':');
    if (line.id && !line.name.empty() && wanted(line)) return line;
  }
  return std::nullopt;
}

// A number may be a name too; the name counts.
std::optional<Line> find_line(std::string_view text, std::string_view name_or_id) {
  if (auto found = find_line(text, [&](const Line& line) { return line.name == name_or_id; })) return found;
  const auto id = id_of(name_or_id);
  if (!id) return std::nullopt;
  return find_line(text, [&](const Line& line) { return line.id == id; });
}

bool is_member(std::string_view members, std::string_view name) {
  while (!members.empty())
    if (take_until(members, ',') == name) return true;
  return false;
}

std::vector<std::uint32_t> groups_with(std::string_view group, std::string_view name) {
  std::vector<std::uint32_t> gids;
  (void)find_line(group, [&](const Line& line) {
    if (is_member(line.rest, name)) gids.push_back(*line.id);
    return false;
  });
  return gids;
}

std::uint32_t known_id(const std::optional<Line>& line, std::string_view text, const char* file) {
  if (line) return *line->id;
  if (const auto id = id_of(text)) return *id;
  throw Error(Errc::not_found, Side::input,
              {.subject = std::string(text),
               .what = "the image runs as somebody whom it does not have",
               .expected = std::string("a name in its ") + file + ", or a number up to " + std::to_string(kMostId)});
}

}  // namespace

ImageUser find_user(std::string_view user, std::string_view passwd, std::string_view group) {
  std::string_view group_part = user;
  const std::string_view user_part = take_until(group_part, ':');
  const auto line = find_line(passwd, user_part.empty() ? "0" : user_part);
  ImageUser found{.uid = user_part.empty() ? 0 : known_id(line, user_part, "/etc/passwd")};
  if (line) found.gid = id_of(line->rest).value_or(0);
  if (!group_part.empty())
    found.gid = known_id(find_line(group, group_part), group_part, "/etc/group");
  else if (line)
    found.additional_gids = groups_with(group, line->name);
  return found;
}

}  // namespace occy::outputs
