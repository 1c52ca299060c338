#include "inputs/tree_walk.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <functional>
#include <memory>
#include <utility>

#include "inputs/tree_xattrs.hpp"

namespace occy {
namespace {

// O_NONBLOCK: a file that became a fifo meanwhile must not hold the walk.
constexpr int kOpenFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;

[[noreturn]] void fail(const std::filesystem::path& path, const char* what) {
  io::throw_system_error(errno, Side::input, path, what);
}

struct CloseDirectory {
  void operator()(DIR* directory) const noexcept { ::closedir(directory); }
};

bool is_dots(std::string_view name) noexcept { return name == "." || name == ".."; }

// Sorted the last first: the walk takes names from the end.
std::vector<std::string> names_in(const io::File& directory) {
  const int copy = ::openat(directory.descriptor(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, CloseDirectory> stream(copy < 0 ? nullptr : ::fdopendir(copy));
  if (!stream) fail(directory.path(), "cannot list");
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = ::readdir(stream.get()))  // NOLINT(concurrency-mt-unsafe): a stream of our own
    if (!is_dots(entry->d_name)) names.emplace_back(entry->d_name);
  if (errno != 0) fail(directory.path(), "cannot list");
  std::sort(names.begin(), names.end(), std::greater<>());
  return names;
}

tar::EntryType type_of(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG:
      return tar::EntryType::file;
    case S_IFDIR:
      return tar::EntryType::directory;
    case S_IFLNK:
      return tar::EntryType::symbolic_link;
    case S_IFCHR:
      return tar::EntryType::character_device;
    case S_IFBLK:
      return tar::EntryType::block_device;
    case S_IFIFO:
      return tar::EntryType::fifo;
    default:
      return tar::EntryType::other;  // a socket
  }
}

struct stat status_of(const io::File& file) {
  struct stat status {};
  if (::fstat(file.descriptor(), &status) != 0) fail(file.path(), "cannot examine");
  return status;
}

struct stat status_of(const io::File& directory, const std::string& name) {
  struct stat status {};
  if (::fstatat(directory.descriptor(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
    fail(directory.path() / name, "cannot examine");
  return status;
}

std::string link_target(const io::File& directory, const std::string& name) {
  std::string target(PATH_MAX, '\0');
  const auto size = ::readlinkat(directory.descriptor(), name.c_str(), target.data(), target.size());
  if (size < 0) fail(directory.path() / name, "cannot read the link");
  target.resize(static_cast<std::size_t>(size));
  return target;
}

}  // namespace

TreeWalk::TreeWalk(const std::filesystem::path& root, TreeInputOptions options) : options_(std::move(options)) {
  const int descriptor = ::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) fail(root, "cannot open the directory");
  enter(io::File(descriptor, root, Side::input), "");
}

void TreeWalk::enter(io::File directory, std::string path) {
  auto names = names_in(directory);
  levels_.push_back({std::move(directory), std::move(path), std::move(names)});
}

std::optional<TreeItem> TreeWalk::next() {
  while (!levels_.empty()) {
    auto& names = levels_.back().names;
    if (names.empty()) {
      levels_.pop_back();
      continue;
    }
    const std::string name = std::move(names.back());
    names.pop_back();
    if (auto item = visit(name)) return item;
  }
  return {};
}

// Nothing for a socket: it has no meaning without the process that listens.
std::optional<TreeItem> TreeWalk::visit(const std::string& name) {
  const Level& level = levels_.back();
  const struct stat status = status_of(level.directory, name);
  auto entry = make_entry(status, level.path + name);
  if (entry.type == tar::EntryType::other) return {};
  if (entry.type == tar::EntryType::directory) return visit_directory(name, std::move(entry));
  if (const auto* earlier = earlier_name(status, entry.path)) {
    entry.type = tar::EntryType::hard_link;
    entry.link = *earlier;
    return TreeItem{std::move(entry)};
  }
  entry.records = read_xattrs(level.directory, name);
  if (entry.type == tar::EntryType::file) return visit_file(name, std::move(entry));
  if (entry.type == tar::EntryType::symbolic_link) entry.link = link_target(level.directory, name);
  return TreeItem{std::move(entry)};
}

// The size is that of the file which is open, and not that of what had the name before.
TreeItem TreeWalk::visit_file(const std::string& name, tar::Entry entry) {
  io::File file = open(name, 0);
  const struct stat status = status_of(file);
  if (!S_ISREG(status.st_mode))
    throw Error(Errc::io, Side::input, {.subject = file.path().string(), .what = "changed while it was packed"});
  entry.stored_size = entry.real_size = static_cast<std::uint64_t>(status.st_size);
  return {std::move(entry), std::move(file)};
}

TreeItem TreeWalk::visit_directory(const std::string& name, tar::Entry entry) {
  entry.path += '/';
  entry.records = read_xattrs(levels_.back().directory, name);
  enter(open(name, O_DIRECTORY), entry.path);
  return {std::move(entry)};
}

io::File TreeWalk::open(const std::string& name, int flags) const {
  const io::File& directory = levels_.back().directory;
  const auto path = directory.path() / name;
  const int descriptor = ::openat(directory.descriptor(), name.c_str(), kOpenFlags | flags);
  if (descriptor < 0) fail(path, "cannot open");
  return {descriptor, path, Side::input};
}

tar::Entry TreeWalk::make_entry(const struct stat& status, std::string path) const {
  tar::Entry entry{.path = std::move(path), .type = type_of(status.st_mode), .mode = status.st_mode & 07777U};
  if (options_.owner == TreeInputOptions::Owner::kept) {
    entry.uid = status.st_uid;
    entry.gid = status.st_gid;
  }
  entry.mtime = {status.st_mtim.tv_sec, static_cast<std::uint32_t>(status.st_mtim.tv_nsec)};
  if (options_.mtime) entry.mtime = {*options_.mtime, 0};
  if (entry.type == tar::EntryType::character_device || entry.type == tar::EntryType::block_device) {
    entry.device_major = major(status.st_rdev);
    entry.device_minor = minor(status.st_rdev);
  }
  return entry;
}

// The name under which the same file was packed already; null when this is its first.
const std::string* TreeWalk::earlier_name(const struct stat& status, const std::string& path) {
  if (status.st_nlink < 2) return nullptr;
  const auto [found, is_first] = linked_.try_emplace({status.st_dev, status.st_ino}, path);
  return is_first ? nullptr : &found->second;
}

}  // namespace occy
