#include "io/temporary_directory.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <utility>
#include <vector>

#include "io/descriptor.hpp"
#include "io/destination.hpp"
#include "io/remove_tree.hpp"
#include "io/temporary_name.hpp"

namespace occy::io {
namespace {

constexpr int kOpenFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

std::string make_directory(const File& parent, std::string_view prefix, mode_t mode,
                           const std::filesystem::path& shown) {
  std::string name = create_temporary_directory(parent.descriptor(), prefix, mode);
  if (name.empty()) throw_destination_error(errno, shown, "cannot make a directory there");
  return name;
}

/// The lock is a sign for others. Where the file system has none, nobody will remove what is left of a dead process.
File open_locked(const File& parent, const std::string& name, const std::filesystem::path& shown) {
  const int descriptor = above_standard_streams(::openat(parent.descriptor(), name.c_str(), kOpenFlags));
  if (descriptor < 0) {
    const int error_number = errno;
    remove_tree(parent.descriptor(), name);
    throw_system_error(error_number, Side::output, shown, "cannot open the directory");
  }
  static_cast<void>(::flock(descriptor, LOCK_EX | LOCK_NB));
  return {descriptor, shown, Side::output};
}

bool is_abandoned(int parent, const std::string& name) {
  const int descriptor = ::openat(parent, name.c_str(), kOpenFlags);
  if (descriptor < 0) return false;
  const bool free = ::flock(descriptor, LOCK_EX | LOCK_NB) == 0;
  ::close(descriptor);
  return free;
}

std::vector<std::string> names_like(const File& directory, const std::string& begin) {
  std::vector<std::string> names;
  const int descriptor = ::openat(directory.descriptor(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return names;
  DIR* const opened = ::fdopendir(descriptor);
  if (opened == nullptr) {
    ::close(descriptor);
    return names;
  }
  const auto closer = [](DIR* listing) { ::closedir(listing); };
  const std::unique_ptr<DIR, decltype(closer)> listing(opened, closer);
  while (const dirent* entry = ::readdir(listing.get()))
    if (const std::string_view name = entry->d_name; name.starts_with(begin) && name.ends_with(".tmp"))
      names.emplace_back(name);
  return names;
}

}  // namespace

TemporaryDirectory::TemporaryDirectory(const File& parent, std::string_view prefix, const std::filesystem::path& shown,
                                       mode_t mode)
    : parent_(parent),
      name_(make_directory(parent, prefix, mode, shown)),
      directory_(open_locked(parent, name_, shown)) {}

TemporaryDirectory::~TemporaryDirectory() {
  if (!name_.empty()) remove_tree(parent_.descriptor(), name_);
}

void remove_abandoned(const File& parent, std::string_view prefix) {
  for (const std::string& name : names_like(parent, "." + std::string(prefix) + "."))
    if (is_abandoned(parent.descriptor(), name)) remove_tree(parent.descriptor(), name);
}

}  // namespace occy::io
