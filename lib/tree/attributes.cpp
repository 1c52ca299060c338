#include "tree/attributes.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <system_error>

#include "io/file.hpp"
#include "occy/error.hpp"
#include "tree/xattrs.hpp"

namespace occy::tree {
namespace {

constexpr std::string_view kXattrKeyword = "SCHILY.xattr.";
constexpr std::string_view kOverride = "user.containers.override_stat";
constexpr std::uint64_t kSetIds = 06000;
constexpr std::size_t kMostXattrBytes = std::size_t{64} * 1024;  // XATTR_SIZE_MAX
constexpr std::size_t kMostXattrName = 255;                      // XATTR_NAME_MAX

[[noreturn]] void fail(const std::string& shown, const char* what) {
  io::throw_system_error(errno, Side::output, shown, what);
}

// Root of a user namespace has few ids to give.
[[noreturn]] void fail_owner(const std::string& shown) {
  throw Error(Errc::io, Side::output,
              {.subject = shown,
               .what = "cannot give it to its owner",
               .found = std::generic_category().message(errno),
               .hint = "record the owners instead: owners=recorded"});
}

std::uint32_t id_of(std::int64_t id, std::string_view path) {
  constexpr std::int64_t kMost = UINT32_MAX - 1;  // the largest number means "leave it as it is"
  if (id >= 0 && id <= kMost) return static_cast<std::uint32_t>(id);
  throw Error(Errc::bad_archive, Side::input,
              {.subject = std::string(path),
               .what = "an owner that no file can have",
               .expected = "an id up to " + std::to_string(kMost),
               .found = std::to_string(id)});
}

void check_size(std::string_view name, const std::string& value, std::string_view path) {
  if (name.size() <= kMostXattrName && value.size() <= kMostXattrBytes) return;
  throw Error(Errc::limit, Side::input,
              {.subject = std::string(path),
               .what = "extended attribute " + std::string(name.substr(0, kMostXattrName)) + " is too large",
               .expected = "a name up to 255 bytes, a value up to 65536 bytes",
               .found = std::to_string(name.size()) + " and " + std::to_string(value.size()) + " bytes"});
}

bool means_not_taken(int error_number) noexcept {
  return error_number == ENOTSUP || error_number == EOPNOTSUPP || error_number == EPERM || error_number == EACCES ||
         error_number == EINVAL;
}

const char* type_name(EntryType type) noexcept {
  switch (type) {
    case EntryType::directory:
      return "dir";
    case EntryType::symbolic_link:
      return "symlink";
    case EntryType::fifo:
      return "pipe";
    default:
      return "file";
  }
}

// As containers/storage writes it: "0:0:0755:file", "0:0:0660:block-8-0".
std::string override_of(const Entry& entry) {
  std::array<char, 128> text{};
  const auto mode = static_cast<unsigned>(entry.mode & 07777U);
  const bool is_character = entry.type == EntryType::character_device;
  const int begin = std::snprintf(text.data(), text.size(), "%lld:%lld:%04o:", static_cast<long long>(entry.uid),
                                  static_cast<long long>(entry.gid), mode);
  std::string stat(text.data(), static_cast<std::size_t>(begin));
  if (!is_character && entry.type != EntryType::block_device) return stat + type_name(entry.type);
  return stat + (is_character ? "char-" : "block-") + std::to_string(entry.device_major) + "-" +
         std::to_string(entry.device_minor);
}

// The host's own; and ACLs: a directory would hand its default one down to files of which the image says nothing.
bool is_left_out(std::string_view name) noexcept {
  return name == "security.selinux" || name == "security.ima" || name == "security.evm" ||
         name.starts_with("system.posix_acl_");
}

std::array<timespec, 2> times_of(const Attributes& attributes) {
  return {{{.tv_sec = 0, .tv_nsec = UTIME_OMIT},
           {.tv_sec = attributes.mtime.seconds, .tv_nsec = static_cast<long>(attributes.mtime.nanoseconds)}}};
}

}  // namespace

Attributes AttributeSetter::of(const Entry& entry, std::string_view path) const {
  Attributes attributes{.uid = id_of(entry.uid, path),
                        .gid = id_of(entry.gid, path),
                        .mode = static_cast<std::uint32_t>(entry.mode & 07777U),
                        .mtime = entry.mtime};
  for (const auto& [keyword, value] : entry.records) {
    if (!keyword.starts_with(kXattrKeyword)) continue;
    const auto name = std::string_view(keyword).substr(kXattrKeyword.size());
    check_size(name, value, path);
    if (is_overlay_mark(name) || is_left_out(name))
      remarks_.note(Remark::xattr, path);
    else
      attributes.xattrs.emplace_back(name, value);
  }
  if (ownership_ == Ownership::recorded) record_owner(entry.type, entry, attributes, path);
  std::sort(attributes.xattrs.begin(), attributes.xattrs.end());
  return attributes;
}

// The caller's own set-user-id file would let others act in the caller's name; and what the caller could not read
// could not be verified.
void AttributeSetter::record_owner(EntryType type, const Entry& entry, Attributes& attributes,
                                   std::string_view path) const {
  std::erase_if(attributes.xattrs, [](const auto& xattr) { return xattr.first == kOverride; });
  const bool takes_user_xattrs = type == EntryType::file || type == EntryType::directory ||
                                 type == EntryType::character_device || type == EntryType::block_device;
  if (attributes.uid != ::geteuid() || attributes.gid != ::getegid())
    remarks_.note(takes_user_xattrs ? Remark::owner : Remark::record, path);
  if (takes_user_xattrs) attributes.xattrs.emplace_back(kOverride, override_of(entry));
  const std::uint32_t needed = type == EntryType::directory ? S_IRWXU : S_IRUSR;
  const auto mode = static_cast<std::uint32_t>((attributes.mode & ~kSetIds) | needed);
  if (mode != attributes.mode && type != EntryType::symbolic_link) remarks_.note(Remark::mode, path);
  attributes.mode = mode;
  attributes.uid = ::geteuid();
  attributes.gid = ::getegid();
}

Attributes AttributeSetter::of_implicit_directory(std::string_view path) const {
  Entry entry{.path = {}, .type = EntryType::directory};
  entry.mode = 0755;
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  entry.mtime = {now.tv_sec, static_cast<std::uint32_t>(now.tv_nsec)};
  return of(entry, path);
}

void AttributeSetter::set_on_file(int file, Attributes& attributes, const std::string& shown,
                                  std::string_view path) const {
  if (ownership_ == Ownership::image && ::fchown(file, attributes.uid, attributes.gid) != 0) fail_owner(shown);
  set_xattrs(file, attributes, shown, path);
  if (::fchmod(file, attributes.mode) != 0) fail(shown, "cannot set its mode");
  if (::futimens(file, times_of(attributes).data()) != 0) fail(shown, "cannot set its time");
}

void AttributeSetter::begin_directory(int directory, Attributes& attributes, const std::string& shown,
                                      std::string_view path) const {
  if (ownership_ == Ownership::image && ::fchown(directory, attributes.uid, attributes.gid) != 0) fail_owner(shown);
  set_xattrs(directory, attributes, shown, path);
}

void AttributeSetter::end_directory(int directory, const Attributes& attributes, const std::string& shown) const {
  if (::fchmod(directory, attributes.mode) != 0) fail(shown, "cannot set its mode");
  if (::futimens(directory, times_of(attributes).data()) != 0) fail(shown, "cannot set its time");
}

void AttributeSetter::set_on_name(int directory, const std::string& name, EntryType type, Attributes& attributes,
                                  const std::string& shown, std::string_view path) const {
  if (ownership_ == Ownership::image &&
      ::fchownat(directory, name.c_str(), attributes.uid, attributes.gid, AT_SYMLINK_NOFOLLOW) != 0)
    fail_owner(shown);
  if (!attributes.xattrs.empty()) {
    const std::string target = "/proc/self/fd/" + std::to_string(directory) + "/" + name;  // there is no lsetxattrat()
    const auto set = [&target](const char* xattr, const std::string& value) {
      return ::lsetxattr(target.c_str(), xattr, value.data(), value.size(), 0);
    };
    set_xattrs(set, attributes, shown, path);
  }
  if (type != EntryType::symbolic_link && ::fchmodat(directory, name.c_str(), attributes.mode, 0) != 0)
    fail(shown, "cannot set its mode");
  if (::utimensat(directory, name.c_str(), times_of(attributes).data(), AT_SYMLINK_NOFOLLOW) != 0)
    fail(shown, "cannot set its time");
}

void AttributeSetter::set_xattrs(int descriptor, Attributes& attributes, const std::string& shown,
                                 std::string_view path) const {
  if (attributes.xattrs.empty()) return;
  const auto set = [descriptor](const char* name, const std::string& value) {
    return ::fsetxattr(descriptor, name, value.data(), value.size(), 0);
  };
  set_xattrs(set, attributes, shown, path);
}

void AttributeSetter::set_xattrs(const SetXattr& set, Attributes& attributes, const std::string& shown,
                                 std::string_view path) const {
  std::erase_if(attributes.xattrs, [&](const auto& xattr) {
    if (set(xattr.first.c_str(), xattr.second) == 0) return false;
    if (!means_not_taken(errno)) fail(shown, ("cannot set the extended attribute " + xattr.first).c_str());
    remarks_.note(xattr.first == kOverride ? Remark::record : Remark::xattr, path);
    return true;
  });
}

}  // namespace occy::tree
