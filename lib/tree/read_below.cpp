#include "tree/read_below.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>

#include "io/descriptor.hpp"
#include "occy/error.hpp"

namespace occy::tree {
namespace {

bool is_regular(const io::File& file) {
  struct stat status {};
  return ::fstat(file.descriptor(), &status) == 0 && S_ISREG(status.st_mode);
}

// What is no directory ends the way: there stands the file. Links that lead round in a circle lead to none.
Resolved resolve(const RootDirectory& root, std::string_view path) {
  try {
    return root.resolve(path);
  } catch (const std::system_error&) {
    return {.directory = {}};
  }
}

}  // namespace

std::optional<std::string> read_below(const RootDirectory& root, std::string_view path, std::uint64_t most) {
  const Resolved resolved = resolve(root, path);
  if (!resolved.blocked || resolved.missing.size() != 1) return std::nullopt;
  const auto directory = root.find(resolved.directory);
  if (!directory) return std::nullopt;
  const std::string& name = resolved.missing.front();
  const auto shown = directory->path() / name;
  struct stat status {};  // asked before: opening a device can already do something
  if (::fstatat(directory->descriptor(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(status.st_mode))
    return std::nullopt;
  const int descriptor = io::above_standard_streams(
      ::openat(directory->descriptor(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (descriptor < 0) io::throw_system_error(errno, Side::output, shown, "cannot read it");
  const io::File file(descriptor, shown, Side::output);
  if (!is_regular(file)) return std::nullopt;
  const std::uint64_t size = file.size();
  if (size > most)
    throw Error(Errc::limit, Side::input,
                {.subject = std::string(path),
                 .what = "the image's file is too large",
                 .expected = "up to " + std::to_string(most) + " bytes",
                 .found = std::to_string(size)});
  std::string content(size, '\0');
  file.read_exactly_at(std::as_writable_bytes(std::span(content)), 0);
  return content;
}

}  // namespace occy::tree
