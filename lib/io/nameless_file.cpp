#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "io/descriptor.hpp"
#include "io/file.hpp"
#include "io/temporary_name.hpp"

namespace occy::io {
namespace {

int open_nameless(const File& directory) {
#ifdef O_TMPFILE
  const int descriptor = ::openat(directory.descriptor(), ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor >= 0) return above_standard_streams(descriptor);
#endif
  // NFS and old overlay file systems have no O_TMPFILE: there the name lives for a moment.
  const TemporaryFile file = create_temporary(directory.descriptor(), "occy");
  if (file.descriptor >= 0) ::unlinkat(directory.descriptor(), file.name.c_str(), 0);
  return file.descriptor;
}

}  // namespace

File make_nameless_file(const std::filesystem::path& directory, Side side) {
  constexpr const char* kWhat = "cannot make a temporary file there";
  const int opened = above_standard_streams(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (opened < 0) throw_system_error(errno, side, directory, kWhat);
  const File holder(opened, directory, side);
  const int descriptor = open_nameless(holder);
  if (descriptor < 0) throw_system_error(errno, side, directory, kWhat);
  return File(descriptor, directory / "(temporary file)", side);
}

}  // namespace occy::io
