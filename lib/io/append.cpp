#include "io/append.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "io/file.hpp"

namespace occy::io {
namespace {

constexpr const char* kCannotAppend = "cannot append";

std::filesystem::path directory_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : ".";
}

}  // namespace

void require_appendable(const std::filesystem::path& path, Side side) {
  const bool exists = ::access(path.c_str(), F_OK) == 0;
  if (::access(exists ? path.c_str() : directory_of(path).c_str(), W_OK) != 0)
    throw_system_error(errno, side, path, kCannotAppend);
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) throw_system_error(EISDIR, side, path, kCannotAppend);
}

void append(const std::filesystem::path& path, std::string_view text, Side side) {
  constexpr mode_t kReadableByAll = 0666;
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kReadableByAll);
  if (descriptor < 0) throw_system_error(errno, side, path, kCannotAppend);
  const File file(descriptor, path, side);
  ssize_t written = -1;
  do written = ::write(descriptor, text.data(), text.size());
  while (written < 0 && errno == EINTR);
  if (written < 0) throw_system_error(errno, side, path, kCannotAppend);
  if (static_cast<std::size_t>(written) != text.size()) throw_system_error(ENOSPC, side, path, kCannotAppend);
}

}  // namespace occy::io
