// tree/made_paths.hpp: which paths the current layer has made, so that a whiteout hides only what lower layers have.
#pragma once

#include <limits>
#include <string>
#include <string_view>

#include "occy/error.hpp"
#include "tar/path_set.hpp"
#include "tree/link_resolver.hpp"

namespace occy::tree {

/// Paths are those on disk: an entry whose directory is a link is remembered where the link leads.
class MadePaths {
 public:
  using Seen = tar::PathSet::Seen;

  /// no: not by this layer; as_directory: for what is below it, no entry says so; as_other: by an entry of its own.
  [[nodiscard]] Seen find(std::string_view path) const noexcept { return paths_.find(path); }

  void add(std::string_view path) { paths_.add(path, Seen::as_other); }

  /// A directory in which this layer has something is one that it has, even if no entry says so.
  void touch(std::string_view directory) {
    for (; !directory.empty() && find(directory) == Seen::no; directory = split_path(directory).directory)
      paths_.add(directory, Seen::as_directory);
  }

 private:
  tar::PathSet paths_{std::numeric_limits<std::size_t>::max()};
};

/// Errc::bad_archive (side: input).
[[noreturn]] inline void refuse_blocked(const std::string& path) {
  throw Error(Errc::bad_archive, Side::input,
              {.subject = path, .what = "lies below something of the same layer that is no directory"});
}

}  // namespace occy::tree
