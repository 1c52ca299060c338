#include "tar/path_view.hpp"

#include <algorithm>

namespace occy::tar {
namespace {

std::string_view take_component(std::string_view& path) noexcept {
  const auto slash = std::min(path.find('/'), path.size());
  const auto component = path.substr(0, slash);
  path.remove_prefix(std::min(slash + 1, path.size()));
  return component;
}

bool is_empty(std::string_view component) noexcept { return component.empty() || component == "."; }

// Leading "/", "./" and trailing "/" go: what nearly every path needs, and needs no copy.
std::string_view trimmed(std::string_view path) noexcept {
  while (path.starts_with('/') || path.starts_with("./")) path.remove_prefix(path.starts_with('/') ? 1 : 2);
  while (path.ends_with('/')) path.remove_suffix(1);
  return path == "." ? std::string_view{} : path;
}

std::string join_components(std::string_view path) {
  std::string joined;
  while (!path.empty()) {
    const auto component = take_component(path);
    if (is_empty(component)) continue;
    if (!joined.empty()) joined += '/';
    joined += component;
  }
  return joined;
}

}  // namespace

PathView look_at(std::string_view path, std::string& storage) {
  PathView view{.normalised = trimmed(path), .absolute = path.starts_with('/')};
  bool dropped = false;
  for (auto rest = view.normalised; !rest.empty();) {
    const auto component = take_component(rest);
    if (is_empty(component)) {
      dropped = true;
      continue;
    }
    ++view.depth;
    view.base_name = component;
    view.has_dot_dot = view.has_dot_dot || component == "..";
  }
  if (!dropped) return view;
  storage = join_components(view.normalised);
  view.normalised = storage;
  view.base_name = view.normalised.substr(view.normalised.rfind('/') + 1);
  return view;
}

bool climbs_out(std::string_view target, std::size_t depth) noexcept {
  if (target.starts_with('/')) return false;  // counts from the image's own root
  std::size_t level = depth - std::min<std::size_t>(depth, 1);
  while (!target.empty()) {
    const auto component = take_component(target);
    if (is_empty(component)) continue;
    if (component != "..")
      ++level;
    else if (level-- == 0)
      return true;
  }
  return false;
}

}  // namespace occy::tar
