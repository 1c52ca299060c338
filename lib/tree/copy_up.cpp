#include "tree/copy_up.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstddef>

#include "io/descriptor.hpp"
#include "io/file_source.hpp"
#include "occy/error.hpp"
#include "tree/walk.hpp"
#include "tree/xattrs.hpp"

namespace occy::tree {
namespace {

struct stat status_of(const Place& place) {
  struct stat status {};
  if (::fstatat(place.directory.descriptor(), place.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
    io::throw_system_error(errno, Side::output, place.shown(), "cannot look at it");
  return status;
}

std::string target_of(const Place& place) {
  std::array<char, PATH_MAX> target{};
  const auto size = ::readlinkat(place.directory.descriptor(), place.name.c_str(), target.data(), target.size());
  if (size < 0) io::throw_system_error(errno, Side::output, place.shown(), "cannot read the link");
  return {target.data(), static_cast<std::size_t>(size)};
}

io::File open_file(const Place& place) {
  const int descriptor = io::above_standard_streams(
      ::openat(place.directory.descriptor(), place.name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (descriptor < 0) io::throw_system_error(errno, Side::output, place.shown(), "cannot read it");
  return {descriptor, place.shown(), Side::output};
}

void require(bool made, const Place& place) {
  if (!made) io::throw_system_error(EEXIST, Side::output, place.shown(), "cannot make it");
}

// A sparse file of a few bytes may be gigabytes long.
bool is_hole(Block block) {
  return std::all_of(block.begin(), block.end(), [](std::byte byte) { return byte == std::byte{0}; });
}

Digest copy_content(const io::File& from, io::File& to, RecordDepth depth) {
  io::FileRangeSource source(from, 0, from.size());
  Sha256 hash;
  std::uint64_t offset = 0;
  for (Block block = source.next(); !block.empty(); block = source.next()) {
    if (!is_hole(block)) to.write_at(block, offset);
    offset += block.size();
    if (depth == RecordDepth::everything) hash.update(block);
  }
  to.resize(offset);
  return hash.finish();
}

}  // namespace

std::uint64_t size_at(const Place& place) {
  const struct stat status = status_of(place);
  return S_ISREG(status.st_mode) ? static_cast<std::uint64_t>(status.st_size) : 0;
}

Attributes read_attributes(const Place& place) {
  const struct stat status = status_of(place);
  Attributes attributes{.uid = status.st_uid, .gid = status.st_gid, .mode = status.st_mode & 07777U};
  attributes.mtime = {status.st_mtim.tv_sec, static_cast<std::uint32_t>(status.st_mtim.tv_nsec)};
  attributes.xattrs = read_xattrs(place.directory, place.name);
  std::erase_if(attributes.xattrs, [](const auto& xattr) { return is_overlay_mark(xattr.first); });
  return attributes;
}

Node copy_up(const Place& from, const Place& to, const AttributeSetter& setter, Attributes& attributes,
             RecordDepth depth) {
  const struct stat status = status_of(from);
  const EntryType type = type_of_mode(status.st_mode);
  Node node{.type = type};
  if (type == EntryType::file) {
    auto file = make_file(to);
    require(file.has_value(), to);
    node.content = copy_content(open_file(from), *file, depth);
    node.size = static_cast<std::uint64_t>(status.st_size);
    setter.set_on_file(file->descriptor(), attributes, to.shown(), to.path);
  } else {
    if (type == EntryType::symbolic_link) {
      const std::string target = target_of(from);
      require(make_symbolic_link(to, target), to);
      node.content = sha256(target);
    } else {
      require(make_node(to, status.st_mode, status.st_rdev), to);
      node.size = status.st_rdev;
    }
    setter.set_on_name(to.directory.descriptor(), to.name, type, attributes, to.shown(), to.path);
  }
  const Node with_attributes = node_of(type, attributes);
  node.mode = with_attributes.mode;
  node.uid = with_attributes.uid;
  node.gid = with_attributes.gid;
  return node;
}

}  // namespace occy::tree
