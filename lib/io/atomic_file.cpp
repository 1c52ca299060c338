#include "io/atomic_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "io/destination.hpp"
#include "io/directory.hpp"
#include "io/temporary_name.hpp"

namespace occy::io {
namespace {

namespace fs = std::filesystem;

File create_in(const File& directory, const fs::path& final_path, std::string& name) {
  TemporaryFile made = create_temporary(directory.descriptor(), final_path.filename().string());
  if (made.descriptor < 0) throw_destination_error(errno, directory.path(), "cannot write in this directory");
  name = std::move(made.name);
  return File(made.descriptor, final_path, Side::output);
}

}  // namespace

AtomicFile::AtomicFile(const fs::path& path)
    : final_path_(resolve_destination(path)),
      directory_(open_directory(parent_of(final_path_))),
      file_(create_in(directory_, final_path_, temporary_name_)) {}

AtomicFile::~AtomicFile() {
  if (!temporary_name_.empty()) ::unlinkat(directory_.descriptor(), temporary_name_.c_str(), 0);
}

void AtomicFile::publish() {
  file_.sync();
  struct stat status {};
  const std::string name = final_path_.filename().string();
  const bool replaced = ::fstatat(directory_.descriptor(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
  rename_into_place();
  sync_name(replaced);
}

void AtomicFile::rename_into_place() {
  const std::string name = final_path_.filename().string();
  const int directory = directory_.descriptor();
  if (::renameat(directory, temporary_name_.c_str(), directory, name.c_str()) != 0)
    throw_destination_error(errno, final_path_, "cannot rename the finished file into place");
  temporary_name_.clear();
}

// A new file whose name may not survive a power failure is taken back; an old one that was replaced cannot be had
// again.
void AtomicFile::sync_name(bool replaced) {
  try {
    sync_directory(directory_);
  } catch (const Error&) {
    if (!replaced) ::unlinkat(directory_.descriptor(), final_path_.filename().c_str(), 0);
    throw;
  }
}

}  // namespace occy::io
