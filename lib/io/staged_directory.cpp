#include "io/staged_directory.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>

#include "io/directory.hpp"

namespace occy::io {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& path, const char* what, const char* found, const char* hint) {
  throw Error(Errc::destination, Side::output,
              {.subject = path.string(), .what = what, .expected = {}, .found = found, .hint = hint});
}

void refuse_filled(const fs::path& path) {
  refuse(path, "cannot write there", "a directory that is not empty", "name a new directory, or an empty one");
}

/// A rename onto a mount point fails, but only when everything has been written; and who stands in a directory that is
/// replaced would stand nowhere.
void require_replaceable(const fs::path& path, const File& parent) {
  constexpr const char* kWhat = "cannot write there";
  constexpr const char* kHint = "name a new directory inside it";
  struct stat own {};
  struct stat above {};
  struct stat here {};
  if (::stat(path.c_str(), &own) != 0 || ::fstat(parent.descriptor(), &above) != 0) return;
  if (own.st_dev != above.st_dev) refuse(path, kWhat, "a directory where a file system is mounted", kHint);
  if (::stat(".", &here) == 0 && own.st_dev == here.st_dev && own.st_ino == here.st_ino)
    refuse(path, kWhat, "the current directory", kHint);
}

DirectoryDestination require_free(const fs::path& path) {
  DirectoryDestination destination = look_at_directory(path);
  if (destination.state == DirectoryState::filled) refuse_filled(destination.path);
  return destination;
}

File open_parent(const DirectoryDestination& destination) {
  File parent = open_directory(parent_of(destination.path));
  if (destination.state == DirectoryState::empty) require_replaceable(destination.path, parent);
  return parent;
}

/// Never wider than the directory whose place it takes; its owner must be able to fill it.
mode_t mode_for(const DirectoryDestination& destination) {
  if (destination.state == DirectoryState::missing) return 0777;
  return (static_cast<mode_t>(destination.permissions) & 0777U) | S_IRWXU;
}

void sync_everything(const File& directory) {
  while (::syncfs(directory.descriptor()) != 0)
    if (errno != EINTR) throw_system_error(errno, Side::output, directory.path(), "cannot sync the file system");
}

}  // namespace

StagedDirectory::StagedDirectory(const fs::path& path)
    : destination_(require_free(path)),
      parent_(open_parent(destination_)),
      temporary_(parent_, destination_.path.filename().string(), destination_.path, mode_for(destination_)) {}

void StagedDirectory::publish(Unsynced unsynced) {
  if (unsynced == Unsynced::everything)
    sync_everything(directory());
  else
    sync_directory(directory());
  rename_into_place();
  try {
    sync_directory(parent_);
  } catch (const Error&) {
    take_back();
    throw;
  }
  temporary_.release();
}

// A rename takes the place of an empty directory, and of no other.
void StagedDirectory::rename_into_place() {
  const std::string name = destination_.path.filename().string();
  if (::renameat(parent_.descriptor(), temporary_.name().c_str(), parent_.descriptor(), name.c_str()) == 0) return;
  if (errno == ENOTEMPTY || errno == EEXIST) refuse_filled(destination_.path);
  throw_destination_error(errno, destination_.path, "cannot rename the finished directory into place");
}

void StagedDirectory::take_back() noexcept {
  const int parent = parent_.descriptor();
  const auto name = destination_.path.filename();
  if (::renameat(parent, name.c_str(), parent, temporary_.name().c_str()) != 0) return;
  if (destination_.state == DirectoryState::empty)
    static_cast<void>(::mkdirat(parent, name.c_str(), static_cast<mode_t>(destination_.permissions)));
}

}  // namespace occy::io
