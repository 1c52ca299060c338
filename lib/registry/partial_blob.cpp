#include "registry/partial_blob.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "io/directory.hpp"
#include "io/file_kind.hpp"

namespace occy::registry {
namespace {

constexpr ::mode_t kMode = 0644;

io::File open_partial(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, kMode);
  if (descriptor < 0) io::throw_system_error(errno, Side::input, path, "cannot open");
  return {descriptor, path, Side::input};
}

bool try_to_lock(const io::File& file) {
  while (::flock(file.descriptor(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return false;
    if (errno != EINTR) io::throw_system_error(errno, Side::input, file.path(), "cannot lock");
  }
  return true;
}

/// Between opening and locking, another may have published or removed it.
bool has_its_name(const io::File& file) {
  struct ::stat named = {};
  if (::lstat(file.path().c_str(), &named) != 0) return false;
  const io::FileStamp stamp = file.stamp();
  return named.st_dev == stamp.device && named.st_ino == stamp.inode;
}

}  // namespace

std::optional<PartialBlob> PartialBlob::lock(const std::filesystem::path& path) {
  while (true) {
    io::File file = open_partial(path);
    if (!try_to_lock(file)) return std::nullopt;
    if (has_its_name(file)) return PartialBlob(std::move(file));
  }
}

void PartialBlob::publish(const std::filesystem::path& final_path) {
  file_.sync();
  if (::rename(file_.path().c_str(), final_path.c_str()) != 0)
    io::throw_system_error(errno, Side::input, final_path, "cannot rename");
  io::sync_directory(io::open_directory_to_read(io::parent_of(final_path), Side::input));
}

void PartialBlob::discard() noexcept { ::unlink(file_.path().c_str()); }

}  // namespace occy::registry
