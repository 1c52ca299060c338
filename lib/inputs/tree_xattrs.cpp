#include "inputs/tree_xattrs.hpp"

#include <sys/xattr.h>

#include <algorithm>
#include <cerrno>
#include <optional>

namespace occy {
namespace {

// The kernel's own limits on a list and on a value.
constexpr std::size_t kMost = std::size_t{64} * 1024;

bool is_without_xattrs(int error_number) noexcept { return error_number == ENOTSUP || error_number == EOPNOTSUPP; }

bool may_not_be_read(int error_number) noexcept {
  return error_number == EPERM || error_number == EACCES || error_number == ENODATA || is_without_xattrs(error_number);
}

std::vector<std::string> split_list(std::string_view list) {
  std::vector<std::string> names;
  while (!list.empty()) {
    const auto end = std::min(list.find('\0'), list.size());
    names.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> list_xattrs(const std::string& path, const std::filesystem::path& shown) {
  std::string list(kMost, '\0');
  const auto size = ::llistxattr(path.c_str(), list.data(), list.size());
  if (size < 0 && is_without_xattrs(errno)) return {};
  if (size < 0) io::throw_system_error(errno, Side::input, shown, "cannot list extended attributes");
  return split_list(std::string_view(list).substr(0, static_cast<std::size_t>(size)));
}

std::optional<std::string> read_xattr(const std::string& path, const std::string& name,
                                      const std::filesystem::path& shown) {
  std::string value(kMost, '\0');
  const auto size = ::lgetxattr(path.c_str(), name.c_str(), value.data(), value.size());
  if (size < 0 && may_not_be_read(errno)) return {};
  if (size < 0) io::throw_system_error(errno, Side::input, shown, "cannot read an extended attribute");
  value.resize(static_cast<std::size_t>(size));
  return value;
}

}  // namespace

// There is no lgetxattrat(): the directory is reached through its descriptor in /proc, so that no link on the way can
// lead elsewhere.
std::vector<std::pair<std::string, std::string>> read_xattrs(const io::File& directory, const std::string& name) {
  const std::string path = "/proc/self/fd/" + std::to_string(directory.descriptor()) + "/" + name;
  const auto shown = directory.path() / name;
  std::vector<std::pair<std::string, std::string>> records;
  for (const auto& attribute : list_xattrs(path, shown)) {
    if (attribute == "security.selinux") continue;
    if (auto value = read_xattr(path, attribute, shown))
      records.emplace_back("SCHILY.xattr." + attribute, *std::move(value));
  }
  return records;
}

}  // namespace occy
