#include "io/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "io/descriptor.hpp"
#include "io/file_kind.hpp"

namespace occy::io {
namespace {

struct stat status_of(const File& file) {
  struct stat status {};
  if (::fstat(file.descriptor(), &status) != 0)
    throw_system_error(errno, file.side(), file.path(), "cannot look at it");
  return status;
}

void require_regular(const struct stat& status, const std::filesystem::path& path, Side side) {
  if (!S_ISREG(status.st_mode))
    throw Error(Errc::io, side,
                {path.string(), "cannot read it", "a regular file", std::string(kind_name(status.st_mode))});
}

std::string at_byte(const char* what, std::uint64_t offset) { return what + std::to_string(offset); }

/// Calls `move` (pread or pwrite) until all of `size` bytes went through or it says 0.
template <class Move>
std::size_t move_all(std::size_t size, const File& file, std::uint64_t offset, const char* what, Move move) {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t count = move(done, static_cast<off_t>(offset + done));
    if (count == 0) break;
    if (count > 0)
      done += static_cast<std::size_t>(count);
    else if (errno != EINTR)
      throw_system_error(errno, file.side(), file.path(), at_byte(what, offset + done).c_str());
  }
  return done;
}

template <class Call>
void retry(const File& file, const char* what, Call call) {
  while (call() != 0)
    if (errno != EINTR) throw_system_error(errno, file.side(), file.path(), what);
}

}  // namespace

File::File(int descriptor, std::filesystem::path path, Side side) noexcept
    : descriptor_(descriptor), path_(std::move(path)), side_(side) {}

File::File(File&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)), side_(other.side_) {}

File& File::operator=(File&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(path_, other.path_);
  std::swap(side_, other.side_);
  return *this;
}

// What close() could report, sync() has reported before, where it matters.
File::~File() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

// The kind is asked before the opening, because opening a device can already do something; and after it, because
// another file may have taken the name between the two.
File File::open_to_read(const std::filesystem::path& path, Side side) {
  struct stat before {};
  if (::stat(path.c_str(), &before) != 0) throw_system_error(errno, side, path, "cannot open");
  require_regular(before, path, side);
  const int descriptor = above_standard_streams(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (descriptor < 0) throw_system_error(errno, side, path, "cannot open");
  File file(descriptor, path, side);
  require_regular(status_of(file), path, side);
  return file;
}

std::size_t File::read_at(std::span<std::byte> into, std::uint64_t offset) const {
  return move_all(into.size(), *this, offset, "cannot read at byte ", [&](std::size_t done, off_t position) {
    return ::pread(descriptor_, into.data() + done, into.size() - done, position);
  });
}

void File::read_exactly_at(std::span<std::byte> into, std::uint64_t offset) const {
  const std::size_t count = read_at(into, offset);
  if (count == into.size()) return;
  throw Error(Errc::size_mismatch, side_,
              {path_.string(), "the file ends too early",
               std::to_string(into.size()) + " bytes from byte " + std::to_string(offset), std::to_string(count)});
}

void File::write_at(Block bytes, std::uint64_t offset) {
  constexpr const char* kWhat = "cannot write at byte ";
  const std::size_t count = move_all(bytes.size(), *this, offset, kWhat, [&](std::size_t done, off_t position) {
    return ::pwrite(descriptor_, bytes.data() + done, bytes.size() - done, position);
  });
  if (count != bytes.size()) throw_system_error(EIO, side_, path_, at_byte(kWhat, offset + count).c_str());
}

void File::reserve(std::uint64_t size) {
  int status = 0;
  do status = ::fallocate(descriptor_, 0, 0, static_cast<off_t>(size));
  while (status != 0 && errno == EINTR);
  if (status == 0 || errno == EOPNOTSUPP || errno == ENOSYS) return;
  throw_system_error(errno, side_, path_, ("cannot reserve " + std::to_string(size) + " bytes").c_str());
}

void File::resize(std::uint64_t size) {
  retry(*this, "cannot resize", [&] { return ::ftruncate(descriptor_, static_cast<off_t>(size)); });
}

void File::start_write_back(std::uint64_t offset, std::uint64_t size) noexcept {
#ifdef SYNC_FILE_RANGE_WRITE
  ::sync_file_range(descriptor_, static_cast<off_t>(offset), static_cast<off_t>(size), SYNC_FILE_RANGE_WRITE);
#else
  static_cast<void>(offset);
  static_cast<void>(size);
#endif
}

void File::sync() {
  retry(*this, "cannot sync", [&] { return ::fsync(descriptor_); });
}

FileStamp File::stamp() const {
  const struct stat status = status_of(*this);
  constexpr std::int64_t kNanoseconds = 1'000'000'000;
  return {static_cast<std::uint64_t>(status.st_size), status.st_mtim.tv_sec * kNanoseconds + status.st_mtim.tv_nsec,
          status.st_dev, status.st_ino};
}

void throw_system_error(int error_number, Side side, const std::filesystem::path& path, const char* what) {
  const Errc code = error_number == ENOENT ? Errc::not_found : Errc::io;
  throw Error(code, side, {path.string(), what, {}, std::generic_category().message(error_number)});
}

}  // namespace occy::io
