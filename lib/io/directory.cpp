#include "io/directory.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "io/descriptor.hpp"
#include "io/destination.hpp"

namespace occy::io {
namespace {

/// Some file systems cannot sync a directory, and a directory opened with O_PATH cannot be synced: nothing is wrong.
bool means_unsupported(int error_number) {
  return error_number == EINVAL || error_number == EBADF || error_number == ENOSYS || error_number == ENOTSUP;
}

}  // namespace

File open_directory(const std::filesystem::path& path) {
  int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0 && errno == EACCES) descriptor = ::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  descriptor = above_standard_streams(descriptor);
  if (descriptor < 0) throw_destination_error(errno, path, "cannot write in this directory");
  return File(descriptor, path, Side::output);
}

File open_directory_to_read(const std::filesystem::path& path, Side side) {
  const int descriptor = above_standard_streams(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor < 0) throw_system_error(errno, side, path, "cannot open the directory");
  return {descriptor, path, side};
}

std::filesystem::path parent_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

void sync_directory(const File& directory) {
  while (::fsync(directory.descriptor()) != 0) {
    const int error_number = errno;
    if (means_unsupported(error_number)) return;
    if (error_number == EINTR) continue;
    throw_system_error(error_number, directory.side(), directory.path(), "cannot sync the directory");
  }
}

}  // namespace occy::io
