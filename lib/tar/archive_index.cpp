#include "tar/archive_index.hpp"

#include <algorithm>
#include <utility>

#include "occy/error.hpp"
#include "tar/walker.hpp"

namespace occy::tar {
namespace {

// As many links as Linux follows in one path.
constexpr int kMaxLinks = 40;

// Reads header blocks through a window. Small while the walk jumps over large members, large while headers lie close
// to one another: 4 KiB holds the small members between two of Docker's layers, 64 KiB makes system calls vanish.
class HeaderReader {
 public:
  explicit HeaderReader(const io::File& file) : file_(file) {}

  // False when the file ends before or within the block.
  [[nodiscard]] bool read(HeaderBlock& block, std::uint64_t offset) {
    if (!holds(offset)) fill(offset);
    if (!holds(offset)) return false;
    std::copy_n(window_.begin() + static_cast<std::ptrdiff_t>(offset - begin_), block.size(), block.begin());
    return true;
  }

 private:
  static constexpr std::size_t kNear = std::size_t{64} * 1024;
  static constexpr std::size_t kFar = std::size_t{4} * 1024;

  [[nodiscard]] bool holds(std::uint64_t offset) const noexcept {
    return offset >= begin_ && offset + kBlock <= begin_ + size_;
  }

  void fill(std::uint64_t offset) {
    const bool jumped = offset >= begin_ + size_ + kNear;
    window_.resize(jumped || size_ == 0 ? kFar : kNear);
    size_ = file_.read_at(window_, offset);
    begin_ = offset;
  }

  const io::File& file_;
  std::vector<std::byte> window_;
  std::uint64_t begin_ = 0;
  std::size_t size_ = 0;
};

// A sparse member's bytes do not lie in the archive as they are, so it cannot serve as a file.
EntryType member_type(const Entry& entry) { return entry.sparse ? EntryType::other : entry.type; }

// A hard link names a member; a symbolic link's text is kept, because it counts from the link's directory.
Member make_member(const Entry& entry) {
  return {.name = normalise_member_name(entry.path),
          .type = member_type(entry),
          .link = entry.type == EntryType::hard_link ? normalise_member_name(entry.link) : entry.link,
          .data_offset = entry.data_offset,
          .size = entry.real_size};
}

std::optional<ParseError> cut_off(const Entry& entry, std::uint64_t file_size) {
  if (entry.stored_size <= file_size && entry.data_offset <= file_size - entry.stored_size) return {};
  const auto found = file_size - std::min(file_size, entry.data_offset);
  return ParseError{"cut off: " + printable(entry.path) + ": expected " + std::to_string(entry.stored_size) +
                        " bytes, found " + std::to_string(found),
                    static_cast<std::size_t>(entry.data_offset)};
}

ParseError too_many(const Entry& entry, const Limits& limits) {
  return {"expected up to " + std::to_string(limits.archive_entries) + " members, found more",
          static_cast<std::size_t>(entry.header_offset)};
}

ParseError too_long(const Entry& entry, const Limits& limits) {
  return {
      "expected members with names up to " + std::to_string(limits.archive_name_bytes) + " bytes together, found more",
      static_cast<std::size_t>(entry.header_offset)};
}

ParseError link_error(const Member& link, const char* what) {
  return {printable(link.name) + " -> " + printable(link.link) + ": " + what, 0};
}

std::string_view directory_of(std::string_view name) {
  const auto slash = name.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : name.substr(0, slash);
}

// Takes the first component off `path`.
std::string_view take_component(std::string_view& path) {
  const auto slash = std::min(path.find('/'), path.size());
  const auto component = path.substr(0, slash);
  path.remove_prefix(std::min(slash + 1, path.size()));
  return component;
}

// Where a symbolic link in `directory` leads; nothing when it leaves the archive.
std::optional<std::string> follow(std::string_view directory, std::string_view target) {
  if (target.starts_with('/')) return {};
  std::string path(directory);
  while (!target.empty()) {
    const auto component = take_component(target);
    if (component.empty() || component == ".") continue;
    if (component == "..") {
      if (path.empty()) return {};
      path = directory_of(path);
      continue;
    }
    if (!path.empty()) path += '/';
    path += component;
  }
  return path;
}

std::string_view kind_of(const Member& member) {
  switch (member.type) {
    case EntryType::directory:
      return "a directory";
    case EntryType::other:
      return "a sparse file or a type of its own";
    default:
      return "a special file";
  }
}

bool is_link(const Member& member) {
  return member.type == EntryType::hard_link || member.type == EntryType::symbolic_link;
}

// A hard link names a member; a symbolic link counts from its own directory.
std::optional<std::string> target_of(const Member& link) {
  if (link.type == EntryType::hard_link) return link.link;
  return follow(directory_of(link.name), link.link);
}

// The members up to a proper end, or up to the failure that is returned.
std::optional<ParseError> walk(const io::File& file, const Limits& limits, std::vector<Member>& members) {
  Walker walker(limits);
  HeaderReader reader(file);
  HeaderBlock block{};
  const std::uint64_t file_size = file.size();
  std::uint64_t name_bytes = 0;
  while (reader.read(block, walker.offset())) {
    const auto step = walker.feed(block);
    if (!step) return step.error();
    if (*step == Step::end) return {};
    if (*step == Step::need_block) continue;
    if (auto error = cut_off(walker.entry(), file_size)) return error;
    if (members.size() == limits.archive_entries) return too_many(walker.entry(), limits);
    name_bytes += walker.entry().path.size() + walker.entry().link.size();
    if (name_bytes > limits.archive_name_bytes) return too_long(walker.entry(), limits);
    members.push_back(make_member(walker.entry()));
  }
  return walker.finish().error();
}

bool has_dot_dot(std::string_view name) {
  while (!name.empty())
    if (take_component(name) == "..") return true;
  return false;
}

}  // namespace

std::string normalise_member_name(std::string_view name) {
  if (name.starts_with('/') || has_dot_dot(name)) return std::string(name);
  std::string normalised;
  normalised.reserve(name.size());
  while (!name.empty()) {
    const auto component = take_component(name);
    if (component.empty() || component == ".") continue;
    if (!normalised.empty()) normalised += '/';
    normalised += component;
  }
  return normalised;
}

ArchiveIndex ArchiveIndex::build(const io::File& file, const Limits& limits) {
  ArchiveIndex index;
  index.failure_ = walk(file, limits, index.members_);
  for (std::size_t i = 0; i < index.members_.size(); ++i) index.by_name_[index.members_[i].name].push_back(i);
  return index;
}

std::size_t ArchiveIndex::count(const std::string& name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? 0 : found->second.size();
}

const Member* ArchiveIndex::find(const std::string& name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &members_[found->second.front()];
}

result<const Member*> ArchiveIndex::resolve(const std::string& name) const {
  const Member* member = find(name);
  if (member == nullptr) return ParseError{printable(name) + ": no such member", 0};
  for (int links = 0; is_link(*member); ++links) {
    if (links == kMaxLinks) return link_error(*member, "expected a file after at most 40 links");
    const auto target = target_of(*member);
    if (!target) return link_error(*member, "the link leaves the archive");
    const Member* next = find(*target);
    if (next == nullptr) return link_error(*member, "the link leads to no member");
    member = next;
  }
  if (member->type == EntryType::file) return member;
  return ParseError{printable(member->name) + ": expected a regular file, found " + std::string(kind_of(*member)), 0};
}

}  // namespace occy::tar
