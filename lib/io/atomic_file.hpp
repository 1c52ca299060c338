// io/atomic_file.hpp: a file that appears under its name whole, or not at all.
#pragma once

#include <filesystem>
#include <string>

#include "io/file.hpp"

namespace occy::io {

/// A file that is written under a temporary name in the directory of its final one.
///
/// publish() syncs the file, renames it, and syncs the directory: after it returns, the file survives a power failure.
/// Destroyed before that, the temporary file is removed and what stood under the final name is untouched. The directory
/// is held open: a directory that is renamed meanwhile does not matter.
class AtomicFile {
 public:
  /// Throws Error (side: output): Errc::destination when `path` is a directory or a special file, or its parent is
  /// missing or not writable; Errc::io otherwise. A symbolic link is followed: its target is replaced.
  explicit AtomicFile(const std::filesystem::path& path);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();

  [[nodiscard]] File& file() noexcept { return file_; }

  /// On a failure nothing stands under the final name that did not stand there before; only where a file was replaced
  /// and then the directory could not be synced, the new file stays, whole. Called once.
  void publish();

  /// Where publish() puts it: the path with symbolic links resolved.
  [[nodiscard]] const std::filesystem::path& final_path() const noexcept { return final_path_; }

 private:
  void rename_into_place();
  void sync_name(bool replaced);

  std::filesystem::path final_path_;
  File directory_;
  std::string temporary_name_;  ///< empty once it is renamed or removed
  File file_;
};

}  // namespace occy::io
