#include "tree/nodes.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "io/descriptor.hpp"
#include "occy/error.hpp"
#include "tree/walk.hpp"

namespace occy::tree {
namespace {

constexpr std::size_t kMostPathBytes = 4095;
constexpr std::size_t kMostXattrList = std::size_t{64} * 1024;  // XATTR_LIST_MAX

[[noreturn]] void fail(const Place& place, const char* what) {
  io::throw_system_error(errno, Side::output, place.shown(), what);
}

bool made_or_taken(int status, const Place& place, const char* what) {
  if (status == 0) return true;
  if (errno == EEXIST) return false;
  fail(place, what);
}

mode_t node_type(EntryType type) noexcept {
  if (type == EntryType::fifo) return S_IFIFO;
  return type == EntryType::character_device ? S_IFCHR : S_IFBLK;
}

std::optional<Made> make_instead_of_device(const Place& place, Remarks& remarks) {
  if (!make_file(place)) return std::nullopt;
  remarks.note(Remark::device, place.path);
  return Made::empty_file;
}

}  // namespace

void require_short(const Place& place) {
  if (place.path.size() <= kMostPathBytes) return;
  throw Error(Errc::limit, Side::input,
              {.subject = place.path.substr(0, 80) + "…",
               .what = "path is too long to be extracted",
               .expected = "up to " + std::to_string(kMostPathBytes) + " bytes",
               .found = std::to_string(place.path.size())});
}

std::optional<io::File> make_file(const Place& place) {
  const int descriptor = io::above_standard_streams(::openat(
      place.directory.descriptor(), place.name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (descriptor >= 0) return io::File(descriptor, place.shown(), Side::output);
  if (errno == EEXIST) return std::nullopt;
  fail(place, "cannot make the file");
}

bool make_directory(const Place& place) {
  return made_or_taken(::mkdirat(place.directory.descriptor(), place.name.c_str(), S_IRWXU), place,
                       "cannot make the directory");
}

bool make_symbolic_link(const Place& place, const std::string& target) {
  return made_or_taken(::symlinkat(target.c_str(), place.directory.descriptor(), place.name.c_str()), place,
                       "cannot make the symbolic link");
}

bool make_hard_link(const Place& place, const io::File& target_directory, const std::string& target_name) {
  return made_or_taken(
      ::linkat(target_directory.descriptor(), target_name.c_str(), place.directory.descriptor(), place.name.c_str(), 0),
      place, "cannot make the hard link");
}

std::optional<Made> make_special(const Place& place, const Entry& entry, Ownership ownership, Remarks& remarks) {
  const bool is_device = entry.type != EntryType::fifo;
  if (is_device && ownership == Ownership::recorded) return make_instead_of_device(place, remarks);
  const dev_t number =
      is_device ? makedev(static_cast<unsigned>(entry.device_major), static_cast<unsigned>(entry.device_minor)) : 0;
  if (::mknodat(place.directory.descriptor(), place.name.c_str(), node_type(entry.type) | 0600U, number) == 0)
    return Made::node;
  if (errno == EEXIST) return std::nullopt;
  if (is_device && errno == EPERM) return make_instead_of_device(place, remarks);
  fail(place, is_device ? "cannot make the device node" : "cannot make the fifo");
}

bool make_node(const Place& place, unsigned mode, std::uint64_t number) {
  return made_or_taken(::mknodat(place.directory.descriptor(), place.name.c_str(), mode, number), place,
                       "cannot make the node");
}

std::optional<EntryType> type_at(const Place& place) {
  struct stat status {};
  if (::fstatat(place.directory.descriptor(), place.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0)
    return type_of_mode(status.st_mode);
  if (errno == ENOENT) return std::nullopt;
  fail(place, "cannot look at it");
}

void clear_xattrs(const io::File& directory) {
  std::array<char, kMostXattrList> list{};
  const auto size = ::flistxattr(directory.descriptor(), list.data(), list.size());
  if (size <= 0) return;
  std::string_view names(list.data(), static_cast<std::size_t>(size));
  while (!names.empty()) {
    const std::string name(names.substr(0, names.find('\0')));
    names.remove_prefix(std::min(names.size(), name.size() + 1));
    if (name != "security.selinux") static_cast<void>(::fremovexattr(directory.descriptor(), name.c_str()));
  }
}

io::File open_directory_at(const Place& place) {
  const int descriptor = io::above_standard_streams(
      ::openat(place.directory.descriptor(), place.name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (descriptor < 0) fail(place, "cannot open the directory");
  return {descriptor, place.shown(), Side::output};
}

}  // namespace occy::tree
