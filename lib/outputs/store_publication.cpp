#include "outputs/store_publication.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <set>
#include <utility>

#include "io/beneath.hpp"
#include "io/destination.hpp"
#include "io/directory.hpp"
#include "occy/error.hpp"

namespace occy::outputs {
namespace {

std::string parent_of(const std::string& name) { return std::filesystem::path(name).parent_path().string(); }
std::string last_of(const std::string& name) { return std::filesystem::path(name).filename().string(); }

io::File open_parent(const io::File& directory, const std::string& name) {
  return io::open_directory_beneath(directory, parent_of(name), Side::output);
}

}  // namespace

std::vector<std::string> directories_of(const std::string& name) {
  std::vector<std::string> directories = {""};
  for (auto slash = name.find('/'); slash != std::string::npos; slash = name.find('/', slash + 1))
    directories.push_back(name.substr(0, slash));
  return directories;
}

void make_directory(const io::File& directory, const std::string& name) {
  const io::File parent = open_parent(directory, name);
  if (::mkdirat(parent.descriptor(), last_of(name).c_str(), 0777) != 0 && errno != EEXIST)
    io::throw_destination_error(errno, directory.path() / name, "cannot make the directory");
}

StorePublication::~StorePublication() {
  if (committed_) return;
  std::for_each(moved_.rbegin(), moved_.rend(), [this](const Moved& moved) { take_back(moved); });
  std::for_each(made_.rbegin(), made_.rend(),
                [this](const std::string& name) { ::unlinkat(to_.descriptor(), name.c_str(), AT_REMOVEDIR); });
}

void StorePublication::move(const std::string& name) {
  make_directories(name);
  if (exchange(name)) return;
  const io::File from = open_parent(from_, name);
  const io::File to = open_parent(to_, name);
  const std::string last = last_of(name);
  moved_.push_back({.name = name, .saved = save(name)});
  if (::renameat(from.descriptor(), last.c_str(), to.descriptor(), last.c_str()) == 0) return;
  const int error_number = errno;
  moved_.pop_back();
  io::throw_destination_error(error_number, to_.path() / name, "cannot rename the finished file into place");
}

void StorePublication::make_directories(const std::string& name) {
  for (const std::string& directory : directories_of(name)) {
    struct stat status {};
    if (directory.empty() || ::fstatat(to_.descriptor(), directory.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0)
      continue;
    make_directory(to_, directory);
    made_.push_back(directory);
  }
}

// The replaced file gets the finished one's name in the working directory, from where take_back() returns it. A second
// name for it would need more rights: where fs.protected_hardlinks is set, only its owner may link it. False where no
// file is replaced, or the file system cannot exchange names.
bool StorePublication::exchange(const std::string& name) {
  const io::File from = open_parent(from_, name);
  const io::File to = open_parent(to_, name);
  const std::string last = last_of(name);
  struct stat status {};
  if (::fstatat(to.descriptor(), last.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(status.st_mode))
    return false;
  moved_.push_back({.name = name, .saved = name});
  if (::renameat2(from.descriptor(), last.c_str(), to.descriptor(), last.c_str(), RENAME_EXCHANGE) == 0) return true;
  const int error_number = errno;
  moved_.pop_back();
  if (error_number == EINVAL || error_number == ENOSYS) return false;
  io::throw_destination_error(error_number, to_.path() / name, "cannot rename the finished file into place");
}

// A second name for the file that is about to be replaced.
std::string StorePublication::save(const std::string& name) {
  const io::File to = open_parent(to_, name);
  std::string saved = ".replaced." + std::to_string(moved_.size());
  if (::linkat(to.descriptor(), last_of(name).c_str(), from_.descriptor(), saved.c_str(), 0) == 0) return saved;
  if (errno == ENOENT) return {};
  io::throw_destination_error(errno, to_.path() / name, "cannot keep the file that is replaced");
}

void StorePublication::take_back(const Moved& moved) const noexcept {
  if (moved.saved.empty())
    ::unlinkat(to_.descriptor(), moved.name.c_str(), 0);
  else
    static_cast<void>(::renameat(from_.descriptor(), moved.saved.c_str(), to_.descriptor(), moved.name.c_str()));
}

void StorePublication::sync() const {
  std::set<std::string> directories;
  for (const Moved& moved : moved_)
    directories.merge([&] {
      const auto names = directories_of(moved.name);
      return std::set<std::string>(names.begin(), names.end());
    }());
  for (const std::string& name : directories) io::sync_directory(io::open_directory_beneath(to_, name, Side::output));
}

}  // namespace occy::outputs
