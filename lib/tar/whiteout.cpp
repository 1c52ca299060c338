#include "tar/whiteout.hpp"

namespace occy::tar {
namespace {

constexpr std::string_view kWhiteoutPrefix = ".wh.";
constexpr std::string_view kReservedPrefix = ".wh..wh.";
constexpr std::string_view kOpaqueMarker = ".wh..wh..opq";

PathKind kind_of_name(std::string_view name) noexcept {
  if (!name.starts_with(kWhiteoutPrefix)) return PathKind::ordinary;
  if (name == kOpaqueMarker) return PathKind::opaque;
  if (name.starts_with(kReservedPrefix)) return PathKind::reserved;
  const auto hidden = name.substr(kWhiteoutPrefix.size());
  return hidden.empty() || hidden == "." || hidden == ".." ? PathKind::bad : PathKind::whiteout;
}

// A whiteout is no directory: what claims to lie below one has no place in the tree.
PathKind kind_below(std::string_view directory) noexcept {
  while (!directory.empty()) {
    const auto slash = directory.find('/');
    const auto kind = kind_of_name(directory.substr(0, slash));
    if (kind != PathKind::ordinary) return kind == PathKind::reserved ? PathKind::reserved : PathKind::bad;
    directory.remove_prefix(slash == std::string_view::npos ? directory.size() : slash + 1);
  }
  return PathKind::ordinary;
}

}  // namespace

PathMeaning meaning_of(const PathView& path) noexcept {
  const auto slash = path.normalised.rfind('/');
  PathMeaning meaning{.name = path.base_name};
  if (slash != std::string_view::npos) meaning.directory = path.normalised.substr(0, slash);
  meaning.kind = kind_below(meaning.directory);
  if (meaning.kind != PathKind::ordinary) return meaning;
  meaning.kind = kind_of_name(path.base_name);
  if (meaning.kind == PathKind::whiteout) meaning.name.remove_prefix(kWhiteoutPrefix.size());
  if (meaning.kind == PathKind::opaque) meaning.name = {};
  return meaning;
}

}  // namespace occy::tar
