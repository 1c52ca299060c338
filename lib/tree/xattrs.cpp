#include "tree/xattrs.hpp"

#include <sys/xattr.h>

#include <algorithm>
#include <cerrno>

namespace occy::tree {
namespace {

constexpr std::size_t kMostBytes = std::size_t{64} * 1024;  // of a list, and of a value

bool is_hosts_own(std::string_view name) noexcept {
  return name == "security.selinux" || name == "security.ima" || name == "security.evm";
}

std::string value_of(const std::string& target, const std::string& name) {
  std::string value(kMostBytes, '\0');
  const auto size = ::lgetxattr(target.c_str(), name.c_str(), value.data(), value.size());
  value.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  return value;
}

}  // namespace

Xattrs read_xattrs(const io::File& directory, const std::string& name) {
  const std::string target = "/proc/self/fd/" + std::to_string(directory.descriptor()) + "/" + name;
  std::string list(kMostBytes, '\0');
  const auto size = ::llistxattr(target.c_str(), list.data(), list.size());
  if (size < 0 && errno != ENOTSUP)
    io::throw_system_error(errno, directory.side(), directory.path() / name, "cannot list its extended attributes");
  list.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  Xattrs xattrs;
  for (std::size_t begin = 0; begin < list.size();) {
    const std::string xattr = &list[begin];
    begin += xattr.size() + 1;
    if (!is_hosts_own(xattr)) xattrs.emplace_back(xattr, value_of(target, xattr));
  }
  std::sort(xattrs.begin(), xattrs.end());
  return xattrs;
}

bool is_overlay_mark(std::string_view name) noexcept {
  return name.starts_with("trusted.overlay.") || name.starts_with("user.overlay.");
}

}  // namespace occy::tree
