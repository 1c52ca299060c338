#include "io/atomic_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "io/descriptor.hpp"
#include "io/destination.hpp"
#include "io/temporary_name.hpp"

namespace occy::io {
namespace {

namespace fs = std::filesystem;

// A directory that may be written but not listed cannot be opened for syncing; it still can be written.
File open_directory(const fs::path& path) {
  int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0 && errno == EACCES) descriptor = ::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  descriptor = above_standard_streams(descriptor);
  if (descriptor < 0) throw_destination_error(errno, path, "cannot write in this directory");
  return File(descriptor, path, Side::output);
}

fs::path parent_of(const fs::path& path) { return path.has_parent_path() ? path.parent_path() : fs::path("."); }

File create_in(const File& directory, const fs::path& final_path, std::string& name) {
  TemporaryFile made = create_temporary(directory.descriptor(), final_path.filename().string());
  if (made.descriptor < 0) throw_destination_error(errno, directory.path(), "cannot write in this directory");
  name = std::move(made.name);
  return File(made.descriptor, final_path, Side::output);
}

/// Some file systems cannot sync a directory, and a directory opened with O_PATH cannot be synced: nothing is wrong.
bool means_unsupported(int error_number) {
  return error_number == EINVAL || error_number == EBADF || error_number == ENOSYS || error_number == ENOTSUP;
}

}  // namespace

AtomicFile::AtomicFile(const fs::path& path)
    : final_path_(resolve_destination(path)),
      directory_(open_directory(parent_of(final_path_))),
      file_(create_in(directory_, final_path_, temporary_name_)) {}

AtomicFile::~AtomicFile() {
  if (!temporary_name_.empty()) ::unlinkat(directory_.descriptor(), temporary_name_.c_str(), 0);
}

void AtomicFile::publish() {
  file_.sync();
  struct stat status {};
  const std::string name = final_path_.filename().string();
  const bool replaced = ::fstatat(directory_.descriptor(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
  rename_into_place();
  sync_directory(replaced);
}

void AtomicFile::rename_into_place() {
  const std::string name = final_path_.filename().string();
  const int directory = directory_.descriptor();
  if (::renameat(directory, temporary_name_.c_str(), directory, name.c_str()) != 0)
    throw_destination_error(errno, final_path_, "cannot rename the finished file into place");
  temporary_name_.clear();
}

void AtomicFile::sync_directory(bool replaced) {
  while (::fsync(directory_.descriptor()) != 0) {
    const int error_number = errno;
    if (means_unsupported(error_number)) return;
    if (error_number == EINTR) continue;
    if (!replaced) ::unlinkat(directory_.descriptor(), final_path_.filename().c_str(), 0);
    throw_system_error(error_number, Side::output, directory_.path(), "cannot sync the directory");
  }
}

}  // namespace occy::io
