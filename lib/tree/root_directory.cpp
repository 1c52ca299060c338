#include "tree/root_directory.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <utility>

#include "io/descriptor.hpp"

namespace occy::tree {
namespace {

constexpr int kFlags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

// RESOLVE_NO_SYMLINKS on top: which way a link leads is decided in one place, for all trees.
int call_openat2(int root, const char* path) noexcept {
  struct open_how how {};
  how.flags = static_cast<std::uint64_t>(kFlags);
  how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS;
  while (true) {
    const long descriptor = ::syscall(SYS_openat2, root, path, &how, sizeof how);
    if (descriptor >= 0 || (errno != EAGAIN && errno != EINTR)) return static_cast<int>(descriptor);
  }
}

bool has_openat2(const io::File& root) noexcept {
  const int descriptor = call_openat2(root.descriptor(), ".");
  if (descriptor < 0) return false;
  ::close(descriptor);
  return true;
}

bool is_absence(int error_number) noexcept {
  return error_number == ENOENT || error_number == ENOTDIR || error_number == ELOOP;
}

std::string link_target(int directory, const std::string& name, const std::filesystem::path& shown) {
  std::array<char, PATH_MAX> target{};
  const auto size = ::readlinkat(directory, name.c_str(), target.data(), target.size());
  if (size < 0) io::throw_system_error(errno, Side::output, shown, "cannot read the link");
  return {target.data(), static_cast<std::size_t>(size)};
}

}  // namespace

RootDirectory::RootDirectory(io::File root, Descent descent)
    : root_(std::move(root)),
      descent_(descent == Descent::kernel && has_openat2(root_) ? Descent::kernel : Descent::components) {}

std::optional<io::File> RootDirectory::find(std::string_view path) const {
  const std::string shown(path);
  const int descriptor = descent_ == Descent::kernel && path.size() < PATH_MAX
                             ? open_by_kernel(shown.empty() ? "." : shown)
                             : open_by_components(path);
  if (descriptor >= 0) return io::File(descriptor, root_.path() / shown, root_.side());
  if (!is_absence(errno))
    io::throw_system_error(errno, root_.side(), root_.path() / shown, "cannot open the directory");
  return std::nullopt;
}

Resolved RootDirectory::resolve(std::string_view path) const {
  return resolve_links(path, [this](const std::string& place) { return look(place); });
}

Sight RootDirectory::look(const std::string& path) const {
  const auto [directory, view] = split_path(path);
  const auto opened = find(directory);
  if (!opened) return {};
  const std::string name(view);
  struct stat status {};
  if (::fstatat(opened->descriptor(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return {};
    io::throw_system_error(errno, root_.side(), root_.path() / path, "cannot look at it");
  }
  if (S_ISDIR(status.st_mode)) return {.kind = Sight::Kind::directory};
  if (!S_ISLNK(status.st_mode)) return {.kind = Sight::Kind::other};
  return {.kind = Sight::Kind::link, .target = link_target(opened->descriptor(), name, root_.path() / path)};
}

int RootDirectory::open_by_kernel(const std::string& path) const noexcept {
  return io::above_standard_streams(call_openat2(root_.descriptor(), path.c_str()));
}

int RootDirectory::open_by_components(std::string_view path) const noexcept {
  int here = ::openat(root_.descriptor(), ".", kFlags);
  while (here >= 0 && !path.empty()) {
    const auto slash = path.find('/');
    const std::string component(path.substr(0, slash));
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    const int next = ::openat(here, component.c_str(), kFlags);
    const int error_number = errno;
    ::close(here);
    errno = error_number;
    here = next;
  }
  return io::above_standard_streams(here);
}

io::File reopen_directory(const io::File& directory) {
  const int descriptor =
      io::above_standard_streams(::openat(directory.descriptor(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor < 0) io::throw_system_error(errno, directory.side(), directory.path(), "cannot open the directory");
  return {descriptor, directory.path(), directory.side()};
}

}  // namespace occy::tree
