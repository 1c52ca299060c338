#include "io/remove_tree.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <memory>
#include <utility>
#include <vector>

#include "io/file.hpp"

namespace occy::io {
namespace {

struct DirectoryCloser {
  void operator()(DIR* directory) const noexcept { ::closedir(directory); }
};
using Listing = std::unique_ptr<DIR, DirectoryCloser>;

constexpr int kTreeFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

/// A directory on the way from the root of the removal to where it is now.
struct Level {
  dev_t device;
  ino_t inode;
  std::string name;
  std::vector<std::string> below;  ///< sub-directories that are still there
};

/// Depth first, and up again by "..": one descriptor, however deep the tree. That ".." leads where it came from is held
/// against device and inode, in case somebody moves directories about.
class Removal {
 public:
  explicit Removal(int parent) : parent_(parent), current_(-1, "", Side::output) {}

  void run(const std::string& name) {
    if (!enter(parent_, name)) return;
    while (!levels_.empty()) {
      Level& level = levels_.back();
      if (level.below.empty()) {
        if (!leave()) return;
        continue;
      }
      const std::string next = std::move(level.below.back());
      level.below.pop_back();
      enter(current_.descriptor(), next);
    }
  }

 private:
  bool enter(int directory, const std::string& name) {
    int descriptor = ::openat(directory, name.c_str(), kTreeFlags);
    if (descriptor < 0 && errno == EACCES && ::fchmodat(directory, name.c_str(), S_IRWXU, AT_SYMLINK_NOFOLLOW) == 0)
      descriptor = ::openat(directory, name.c_str(), kTreeFlags);
    if (descriptor < 0) return false;
    File opened(descriptor, name, Side::output);
    struct stat status {};
    if (::fstat(descriptor, &status) != 0 || (!levels_.empty() && status.st_dev != levels_.front().device))
      return false;
    if ((status.st_mode & S_IRWXU) != S_IRWXU) static_cast<void>(::fchmod(descriptor, S_IRWXU));
    current_ = std::move(opened);
    levels_.push_back({.device = status.st_dev, .inode = status.st_ino, .name = name, .below = {}});
    empty_out();
    return true;
  }

  /// Unlinks what is no directory, and lists what is.
  void empty_out() {
    const int descriptor = ::fcntl(current_.descriptor(), F_DUPFD_CLOEXEC, 0);
    const Listing listing(descriptor < 0 ? nullptr : ::fdopendir(descriptor));
    if (listing == nullptr) {
      if (descriptor >= 0) ::close(descriptor);
      return;
    }
    while (const dirent* entry = ::readdir(listing.get())) {
      const std::string name = entry->d_name;
      if (name == "." || name == "..") continue;
      if (::unlinkat(current_.descriptor(), name.c_str(), 0) != 0 && (errno == EISDIR || errno == EPERM))
        levels_.back().below.push_back(name);
    }
  }

  bool leave() {
    const std::string name = std::move(levels_.back().name);
    levels_.pop_back();
    if (levels_.empty()) return ::unlinkat(parent_, name.c_str(), AT_REMOVEDIR) == 0;
    const int descriptor = ::openat(current_.descriptor(), "..", kTreeFlags);
    if (descriptor < 0) return false;
    current_ = File(descriptor, name, Side::output);
    struct stat status {};
    if (::fstat(descriptor, &status) != 0 || status.st_dev != levels_.back().device ||
        status.st_ino != levels_.back().inode)
      return false;
    static_cast<void>(::unlinkat(descriptor, name.c_str(), AT_REMOVEDIR));
    return true;
  }

  int parent_;
  File current_;
  std::vector<Level> levels_;
};

}  // namespace

void remove_tree(int parent, const std::string& name) noexcept {
  if (::unlinkat(parent, name.c_str(), 0) == 0) return;
  try {
    Removal(parent).run(name);
  } catch (const std::exception&) {
    // Out of memory: what is left carries a name that says what it is.
  }
}

}  // namespace occy::io
