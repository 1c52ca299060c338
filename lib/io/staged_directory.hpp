// io/staged_directory.hpp: a directory that appears under its name whole, or not at all.
#pragma once

#include <filesystem>

#include "io/destination.hpp"
#include "io/file.hpp"
#include "io/temporary_directory.hpp"

namespace occy::io {

/// What of a directory's content may not be on disk yet when it is published.
enum class Unsynced {
  names,       ///< the names in the directory itself: the writer has synced its files and sub-directories
  everything,  ///< a tree of many small files: the whole file system is synced, which costs less than each of them
};

/// A directory that grows beside its final place, as ".NAME.RANDOM.tmp", and takes that place by rename. What stands
/// there may be nothing, or an empty directory.
///
/// Destroyed before publish(), it is removed with all that is in it, and what stood there is untouched. The parent is
/// held open: one that is renamed meanwhile does not matter.
class StagedDirectory {
 public:
  /// Throws Error (side: output): Errc::destination, with a hint, when something else than an empty directory stands
  /// there, when a file system is mounted there, when it is the current directory, or when the parent is missing or not
  /// writable; Errc::io otherwise. The mode is 0777 less the umask, and no wider than that of the empty directory.
  explicit StagedDirectory(const std::filesystem::path& path);

  /// Where the content goes. Its path() is the final one, for messages.
  [[nodiscard]] const File& directory() const noexcept { return temporary_.directory(); }

  /// Where it is until publish(), for those who need a path.
  [[nodiscard]] std::filesystem::path path() const { return parent_.path() / temporary_.name(); }

  /// Where publish() puts it: the path with symbolic links resolved.
  [[nodiscard]] const std::filesystem::path& final_path() const noexcept { return destination_.path; }

  /// Brings the content to disk, renames, and syncs the parent: after it returns, all of it survives a power failure.
  /// Throws Error (side: output): Errc::destination when another has filled the place meanwhile. After a failure,
  /// nothing stands there that did not stand there before. Called once.
  void publish(Unsynced unsynced);

 private:
  void rename_into_place();
  void take_back() noexcept;

  DirectoryDestination destination_;
  File parent_;
  TemporaryDirectory temporary_;
};

}  // namespace occy::io
