// io/temporary_directory.hpp: a directory that is gone with its owner, and known as abandoned when its process died.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "io/file.hpp"

namespace occy::io {

/// ".PREFIX.RANDOM.tmp" in an open directory. While its process lives, a lock (flock) lies on it.
class TemporaryDirectory {
 public:
  /// `parent` is borrowed. `shown` is the path for messages. Throws Error (side: output), Errc::destination, with a
  /// hint, when the parent cannot be written.
  TemporaryDirectory(const File& parent, std::string_view prefix, const std::filesystem::path& shown,
                     mode_t mode = 0777);
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  /// Removes it and all in it, following no link, unless it was released.
  ~TemporaryDirectory();

  [[nodiscard]] const File& directory() const noexcept { return directory_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  /// It was renamed: it stays.
  void release() noexcept { name_.clear(); }

 private:
  const File& parent_;
  std::string name_;
  File directory_;
};

/// Removes the temporary directories of that prefix whose processes died. Before: nobody makes one meanwhile (the
/// caller holds a lock that makers hold), because for a moment a new one has no lock yet.
void remove_abandoned(const File& parent, std::string_view prefix);

}  // namespace occy::io
