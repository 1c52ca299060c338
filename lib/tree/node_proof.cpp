#include "tree/node_proof.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>

#include "io/descriptor.hpp"
#include "io/digest_of.hpp"
#include "occy/error.hpp"
#include "tree/xattrs.hpp"

namespace occy::tree {
namespace {

std::string octal(std::uint32_t mode) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%04o", mode);
  return text.data();
}

std::string owner(std::uint64_t uid, std::uint64_t gid) { return std::to_string(uid) + ":" + std::to_string(gid); }

std::string expected(const std::string& wanted, const std::string& found) {
  return "expected " + wanted + ", found " + found;
}

bool is_device(EntryType type) noexcept {
  return type == EntryType::character_device || type == EntryType::block_device;
}

struct stat status_of(const FoundName& found) {
  struct stat status {};
  if (::fstatat(found.directory.descriptor(), found.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
    io::throw_system_error(errno, Side::verify, found.directory.path() / found.name, "cannot look at it");
  return status;
}

// O_NOATIME is the owner's and root's to ask for.
int open_quietly(const FoundName& found) {
  constexpr int kFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  const int directory = found.directory.descriptor();
  const int quiet = ::openat(directory, found.name.c_str(), kFlags | O_NOATIME);
  return io::above_standard_streams(quiet >= 0 || errno != EPERM ? quiet
                                                                 : ::openat(directory, found.name.c_str(), kFlags));
}

// The first name that is there once only, or has two values.
std::string first_difference(const Xattrs& wanted, const Xattrs& found) {
  const auto [want, have] = std::mismatch(wanted.begin(), wanted.end(), found.begin(), found.end());
  if (want == wanted.end()) return have->first + " is not of the image";
  if (have == found.end() || want->first < have->first) return want->first + " is missing";
  return have->first + (want->first == have->first ? " has another value" : " is not of the image");
}

}  // namespace

void NodeProof::prove(const FoundName& found, const Node& node, const std::string& subject) {
  if (found.type != node.type) return results_.error("verify.path", subject, "is of another type than in the image");
  const struct stat status = status_of(found);
  compare_status(status, node, subject);
  if (node.type == EntryType::file && !is_proved(status, node)) compare_content(found, node, subject);
  if (node.type == EntryType::symbolic_link) compare_link(found, node, subject);
  if (node.link_group != 0) compare_link_group(status, node, subject);
  compare_xattrs(found.directory, found.name, node, subject);
}

void NodeProof::prove_root(const io::File& root) {
  struct stat status {};
  if (::fstat(root.descriptor(), &status) != 0)
    io::throw_system_error(errno, Side::verify, root.path(), "cannot look at it");
  compare_status(status, record_.root(), root.path().string());
  compare_xattrs(root, ".", record_.root(), root.path().string());
}

void NodeProof::compare_status(const struct stat& status, const Node& node, const std::string& subject) {
  if (node.type != EntryType::symbolic_link && (status.st_mode & 07777U) != node.mode)
    results_.error("verify.mode", subject, expected(octal(node.mode), octal(status.st_mode & 07777U)));
  if (ownership_ == Ownership::image && (status.st_uid != node.uid || status.st_gid != node.gid))
    results_.error("verify.owner", subject, expected(owner(node.uid, node.gid), owner(status.st_uid, status.st_gid)));
  if (is_device(node.type) && status.st_rdev != node.size)
    results_.error("verify.path", subject, "is another device than in the image");
}

void NodeProof::compare_content(const FoundName& found, const Node& node, const std::string& subject) {
  const io::File file(open_quietly(found), found.directory.path() / found.name, Side::verify);
  if (file.descriptor() < 0)
    return results_.warning("verify.unreachable", subject, "cannot be read: its content was not compared");
  if (const auto size = file.size(); size != node.size)
    return results_.error("verify.content", subject,
                          expected(std::to_string(node.size) + " bytes", std::to_string(size)));
  if (const Digest digest = io::digest_of(file, stop_); digest != node.content)
    results_.error("verify.content", subject, expected(node.content.str(), digest.str()));
}

void NodeProof::compare_link(const FoundName& found, const Node& node, const std::string& subject) {
  std::string target(PATH_MAX, '\0');
  const auto size = ::readlinkat(found.directory.descriptor(), found.name.c_str(), target.data(), target.size());
  target.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  if (sha256(target) != node.content)
    results_.error("verify.link", subject, "leads elsewhere: to " + printable(target));
}

// A file is read under the first of its names only.
bool NodeProof::is_proved(const struct stat& status, const Node& node) const {
  const auto first = link_groups_.find(node.link_group);
  return first != link_groups_.end() && first->second == status.st_ino;
}

void NodeProof::compare_link_group(const struct stat& status, const Node& node, const std::string& subject) {
  const auto [group, is_first] = link_groups_.try_emplace(node.link_group, status.st_ino);
  if (!is_first && group->second != status.st_ino)
    results_.error("verify.link", subject, "is a file of its own, and a hard link in the image");
}

void NodeProof::compare_xattrs(const io::File& directory, const std::string& name, const Node& node,
                               const std::string& subject) {
  try {
    const Xattrs found = read_xattrs(directory, name);
    const Xattrs& wanted = record_.xattrs(node);
    if (found != wanted) results_.error("verify.xattr", subject, first_difference(wanted, found));
  } catch (const Error& error) {
    results_.warning("verify.unreachable", subject, error.detail().what);
  }
}

}  // namespace occy::tree
