#include "tree/walk.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "io/descriptor.hpp"
#include "occy/error.hpp"
#include "tree/root_directory.hpp"

namespace occy::tree {
namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const noexcept { ::closedir(directory); }
};

struct Name {
  std::string name;
  EntryType type;
};

struct stat status_of(const io::File& file) {
  struct stat status {};
  if (::fstat(file.descriptor(), &status) != 0)
    io::throw_system_error(errno, file.side(), file.path(), "cannot look at it");
  return status;
}

// Some file systems do not tell types in their lists.
std::optional<EntryType> type_of(const io::File& directory, const dirent& entry) {
  if (entry.d_type != DT_UNKNOWN) return type_of_mode(static_cast<mode_t>(DTTOIF(entry.d_type)));
  struct stat status {};
  if (::fstatat(directory.descriptor(), &entry.d_name[0], &status, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
  return type_of_mode(status.st_mode);
}

std::vector<Name> names_in(const io::File& directory) {
  const int copy = ::openat(directory.descriptor(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, CloseDirectory> stream(copy < 0 ? nullptr : ::fdopendir(copy));
  if (!stream) io::throw_system_error(errno, directory.side(), directory.path(), "cannot list the directory");
  std::vector<Name> names;
  errno = 0;
  while (const dirent* entry = ::readdir(stream.get())) {  // NOLINT(concurrency-mt-unsafe): a stream of our own
    const std::string_view name = &entry->d_name[0];
    if (name == "." || name == "..") continue;
    if (const auto type = type_of(directory, *entry)) names.push_back({std::string(name), *type});
    errno = 0;
  }
  if (errno != 0) io::throw_system_error(errno, directory.side(), directory.path(), "cannot list the directory");
  std::sort(names.begin(), names.end(), [](const Name& a, const Name& b) { return a.name < b.name; });
  return names;
}

struct Level {
  dev_t device;
  ino_t inode;
  std::vector<Name> names;
  std::size_t next = 0;
  std::size_t path_size;  ///< of the directory's own path
};

// Down by name and up by "..", which is held against device and inode.
class Walk {
 public:
  Walk(const io::File& directory, TreeVisitor& visitor)
      : top_(directory.path()), visitor_(visitor), current_(reopen_directory(directory)) {}

  void run() {
    enter();
    while (!levels_.empty()) {
      Level& level = levels_.back();
      path_.resize(level.path_size);
      if (level.next == level.names.size())
        leave();
      else
        visit(level.names[level.next++]);
    }
  }

 private:
  void visit(const Name& found) {
    append(found.name);
    if (visitor_.visit({current_, found.name, path_, found.type}) == Below::skip) return;
    if (found.type == EntryType::directory) descend(found.name);
  }

  void descend(const std::string& name) {
    io::File below = open(name.c_str());
    if (status_of(below).st_dev != levels_.back().device) return;
    current_ = std::move(below);
    enter();
  }

  void enter() {
    const struct stat status = status_of(current_);
    levels_.push_back(
        {.device = status.st_dev, .inode = status.st_ino, .names = names_in(current_), .path_size = path_.size()});
  }

  void leave() {
    levels_.pop_back();
    if (levels_.empty()) return;
    current_ = open("..");
    const struct stat status = status_of(current_);
    const Level& level = levels_.back();
    if (status.st_dev != level.device || status.st_ino != level.inode)
      throw Error(Errc::io, current_.side(), {.subject = shown().string(), .what = "moved while it was visited"});
    const Name& left = level.names[level.next - 1];
    visitor_.leave({current_, left.name, path_, left.type});
  }

  io::File open(const char* name) {
    const int descriptor = io::above_standard_streams(
        ::openat(current_.descriptor(), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (descriptor < 0) io::throw_system_error(errno, current_.side(), shown(), "cannot open the directory");
    return {descriptor, shown(), current_.side()};
  }

  void append(const std::string& name) {
    if (!path_.empty()) path_ += '/';
    path_ += name;
  }

  [[nodiscard]] std::filesystem::path shown() const { return top_ / path_; }

  std::filesystem::path top_;
  TreeVisitor& visitor_;
  io::File current_;
  std::vector<Level> levels_;
  std::string path_;
};

}  // namespace

void TreeVisitor::leave(const FoundName&) {}

void walk_tree(const io::File& directory, TreeVisitor& visitor) { Walk(directory, visitor).run(); }

EntryType type_of_mode(unsigned mode) noexcept {
  switch (mode & S_IFMT) {
    case S_IFREG:
      return EntryType::file;
    case S_IFDIR:
      return EntryType::directory;
    case S_IFLNK:
      return EntryType::symbolic_link;
    case S_IFCHR:
      return EntryType::character_device;
    case S_IFBLK:
      return EntryType::block_device;
    case S_IFIFO:
      return EntryType::fifo;
    default:
      return EntryType::other;
  }
}

}  // namespace occy::tree
