#include "io/beneath.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>

#include "io/descriptor.hpp"
#include "io/file_kind.hpp"

namespace occy::io {
namespace {

/// Something of that name is there, but it is not what was asked for.
[[noreturn]] void refuse(const std::filesystem::path& shown, Side side, std::string_view expected,
                         std::string_view found) {
  throw Error(Errc::not_found, side, {shown.string(), "cannot use it", std::string(expected), std::string(found)});
}

[[noreturn]] void fail(const std::filesystem::path& shown, Side side) {
  if (errno == ELOOP) refuse(shown, side, "no symbolic link on the way", "one");
  if (errno == ENOTDIR) refuse(shown, side, "directories on the way", "something else");
  throw_system_error(errno, side, shown, "cannot open");
}

File open_part(const File& directory, const std::string& part, int flags, const std::filesystem::path& shown,
               Side side) {
  if (part.empty() || part == "..") refuse(shown, side, "a path that stays below the directory", "another");
  const int opened = ::openat(directory.descriptor(), part.c_str(), flags | O_NOFOLLOW | O_CLOEXEC);
  const int descriptor = above_standard_streams(opened);
  if (descriptor < 0) fail(shown, side);
  return {descriptor, shown, side};
}

/// The directory in which the last part of `name` stands, and that part.
struct Place {
  File directory;
  std::string last;
};

Place walk_to(const File& directory, std::string_view name, Side side) {
  const std::filesystem::path shown = directory.path() / name;
  File current = open_part(directory, ".", O_PATH | O_DIRECTORY, shown, side);
  for (auto slash = name.find('/'); slash != std::string_view::npos; slash = name.find('/')) {
    current = open_part(current, std::string(name.substr(0, slash)), O_PATH | O_DIRECTORY, shown, side);
    name.remove_prefix(slash + 1);
  }
  return {std::move(current), std::string(name)};
}

void require_file(const struct stat& status, const std::filesystem::path& shown, Side side) {
  if (!S_ISREG(status.st_mode)) refuse(shown, side, "a regular file", kind_name(status.st_mode));
}

}  // namespace

// Asked before the opening what it is, because opening a device can already do something; and after it, because another
// file may have taken the name between the two.
File open_beneath(const File& directory, std::string_view name, Side side) {
  const Place place = walk_to(directory, name, side);
  const std::filesystem::path shown = directory.path() / name;
  struct stat status {};
  if (::fstatat(place.directory.descriptor(), place.last.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) fail(shown, side);
  require_file(status, shown, side);
  File file = open_part(place.directory, place.last, O_RDONLY | O_NONBLOCK, shown, side);
  if (::fstat(file.descriptor(), &status) != 0) fail(shown, side);
  require_file(status, shown, side);
  return file;
}

std::string read_beneath(const File& directory, std::string_view name, Side side, std::uint64_t limit) {
  const File file = open_beneath(directory, name, side);
  const std::uint64_t size = file.size();
  if (size > limit)
    throw Error(Errc::limit, side,
                {file.path().string(), "document too large", "at most " + std::to_string(limit) + " bytes",
                 std::to_string(size)});
  std::string bytes(size, '\0');
  file.read_exactly_at(std::as_writable_bytes(std::span(bytes)), 0);
  return bytes;
}

std::optional<FileStamp> stamp_beneath(const File& directory, std::string_view name) {
  try {
    return open_beneath(directory, name, Side::output).stamp();
  } catch (const Error& error) {
    if (error.code() != Errc::not_found) throw;
    return std::nullopt;
  }
}

File open_directory_beneath(const File& directory, std::string_view name, Side side) {
  const std::filesystem::path shown = directory.path() / name;
  if (name.empty()) return open_part(directory, ".", O_RDONLY | O_DIRECTORY, shown, side);
  const Place place = walk_to(directory, name, side);
  return open_part(place.directory, place.last, O_RDONLY | O_DIRECTORY, shown, side);
}

}  // namespace occy::io
