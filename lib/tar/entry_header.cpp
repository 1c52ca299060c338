#include "tar/entry_header.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

#include "occy/error.hpp"

namespace occy::tar {
namespace {

bool bytes_are(const HeaderBlock& block, std::size_t offset, std::string_view expected) noexcept {
  return std::memcmp(block.data() + offset, expected.data(), expected.size()) == 0;
}

// Joerg Schilling's star marks its headers at the end, and keeps times where others have the prefix's last 24 bytes.
constexpr std::size_t kStarPrefixSize = 131;

bool is_star(const HeaderBlock& block) noexcept { return bytes_are(block, 508, std::string_view("tar\0", 4)); }

bool has_ambiguous_prefix(const HeaderBlock& block) noexcept {
  return is_star(block) && text(block, kPrefix).size() > kStarPrefixSize;
}

// The first byte of GNU's sparse map, of its "more follows" mark, and of the real size. libarchive believes them in
// entries of any type, others only in those of type S.
bool has_sparse_fields(const HeaderBlock& block) noexcept {
  return block[386] != std::byte{0} || block[482] != std::byte{0} || block[483] != std::byte{0};
}

// Reads numbers one after the other; the first failure counts.
class Numbers {
 public:
  explicit Numbers(const HeaderBlock& block) : block_(block) {}

  std::int64_t any(Field field, const char* name) {
    const auto plain = plain_octal(block_, field);
    return plain ? *plain : other_than_plain(field, name);
  }

  std::uint64_t positive(Field field, const char* name) {
    const auto value = any(field, name);
    if (value >= 0) return static_cast<std::uint64_t>(value);
    if (!error_)
      error_ = ParseError{std::string(name) + ": expected 0 or more, found " + std::to_string(value), field.offset};
    return 0;
  }

  [[nodiscard]] const std::optional<ParseError>& error() const noexcept { return error_; }

 private:
  std::int64_t other_than_plain(Field field, const char* name) {
    const auto value = number(block_, field);
    if (value) return *value;
    if (!error_) error_ = ParseError{std::string(name) + ": " + value.error().message, field.offset};
    return 0;
  }

  const HeaderBlock& block_;
  std::optional<ParseError> error_;
};

EntryType type_of(char byte) noexcept {
  switch (byte) {
    case '0':
    case '\0':
    case '7':  // contiguous: a file everywhere
    case 'S':
      return EntryType::file;
    case '1':
      return EntryType::hard_link;
    case '2':
      return EntryType::symbolic_link;
    case '3':
      return EntryType::character_device;
    case '4':
      return EntryType::block_device;
    case '5':
      return EntryType::directory;
    case '6':
      return EntryType::fifo;
    default:
      return EntryType::other;
  }
}

std::string_view name_of(EntryType type) noexcept {
  switch (type) {
    case EntryType::hard_link:
      return "hard link";
    case EntryType::symbolic_link:
      return "symbolic link";
    case EntryType::directory:
      return "directory";
    case EntryType::fifo:
      return "fifo";
    default:
      return "device";
  }
}

bool is_link(EntryType type) noexcept { return type == EntryType::hard_link || type == EntryType::symbolic_link; }
bool has_data(EntryType type) noexcept { return type == EntryType::file || type == EntryType::other; }

void read_path(const HeaderBlock& block, Dialect dialect, std::string& path) {
  path.clear();
  if (dialect == Dialect::ustar && block[kPrefix.offset] != std::byte{0})
    path.append(text(block, kPrefix)).push_back('/');
  path.append(text(block, kName));
}

void read_ustar_fields(const HeaderBlock& block, Entry& entry, Numbers& numbers) {
  entry.user_name.assign(text(block, kUserName));
  entry.group_name.assign(text(block, kGroupName));
  const bool device = entry.type == EntryType::character_device || entry.type == EntryType::block_device;
  if (!device) return;  // elsewhere some writers leave blanks or rubbish
  entry.device_major = numbers.positive(kDevMajor, "device major");
  entry.device_minor = numbers.positive(kDevMinor, "device minor");
}

void clear_ustar_fields(Entry& entry) {
  entry.user_name.clear();
  entry.group_name.clear();
  entry.device_major = entry.device_minor = 0;
}

void read_texts(const HeaderBlock& block, Dialect dialect, Entry& entry) {
  entry.type_byte = static_cast<char>(block[kType.offset]);
  entry.type = type_of(entry.type_byte);
  entry.sparse = entry.type_byte == 'S';
  read_path(block, dialect, entry.path);
  entry.link.assign(is_link(entry.type) ? text(block, kLink) : std::string_view{});
  clear_ustar_fields(entry);
}

void read_numbers(Entry& entry, Numbers& numbers) {
  entry.mode = numbers.positive(kMode, "mode");
  entry.uid = numbers.any(kUid, "uid");
  entry.gid = numbers.any(kGid, "gid");
  entry.mtime = Time{numbers.any(kMtime, "mtime"), 0};
  entry.stored_size = entry.real_size = numbers.positive(kSize, "size");
}

// Also for types that are unknown, which POSIX takes for files. Go and POSIX: a file whose name ends in '/'. libarchive
// and GNU tar: a directory. V7, whose type byte is NUL, had no other way to write one, and all agree there.
result<void> check_trailing_slash(Entry& entry) {
  if (!has_data(entry.type) || !entry.path.ends_with('/')) return {};
  if (entry.type_byte != '\0') return ParseError{"a file whose name ends in '/': readers disagree on what it is", 0};
  entry.type = EntryType::directory;
  return {};
}

// POSIX leaves A–Z to vendors. Some readers take these blocks for what they know, others for a file.
bool is_vendor_type(const Entry& entry) noexcept { return entry.type_byte >= 'A' && entry.type_byte <= 'Z'; }

// Appends the time in `field`, unless a record of that name is there.
void append_time(const HeaderBlock& block, Field field, const char* keyword, Entry& entry) {
  if (block[field.offset] == std::byte{0}) return;
  const auto seconds = number(block, field);
  if (!seconds) return;
  const auto same = [&](const auto& record) { return record.first == keyword; };
  if (std::none_of(entry.records.begin(), entry.records.end(), same))
    entry.records.emplace_back(keyword, std::to_string(*seconds));
}

}  // namespace

// The version after "ustar" NUL is not looked at: no reader does, and old writers left it empty.
Dialect dialect_of(const HeaderBlock& block) noexcept {
  if (!bytes_are(block, kMagic.offset, "ustar")) return Dialect::v7;
  if (bytes_are(block, kMagic.offset, std::string_view("ustar\0", 6))) return Dialect::ustar;
  if (bytes_are(block, kMagic.offset, std::string_view("ustar  \0", 8))) return Dialect::gnu;
  return Dialect::ambiguous;
}

Field prefix_field(const HeaderBlock& block) noexcept {
  return {kPrefix.offset, is_star(block) ? kStarPrefixSize : kPrefix.size};
}

std::optional<TimeFields> time_fields(const HeaderBlock& block) noexcept {
  const Dialect dialect = dialect_of(block);
  if (dialect == Dialect::gnu) return TimeFields{.atime = {345, 12}, .ctime = {357, 12}};
  if (dialect == Dialect::ustar && is_star(block)) return TimeFields{.atime = {476, 12}, .ctime = {488, 12}};
  return {};
}

void append_header_times(const HeaderBlock& block, Entry& entry) {
  const auto fields = time_fields(block);
  if (!fields) return;
  append_time(block, fields->atime, "atime", entry);
  append_time(block, fields->ctime, "ctime", entry);
}

result<void> read_entry_header(const HeaderBlock& block, Entry& entry) {
  const Dialect dialect = dialect_of(block);
  if (dialect == Dialect::ambiguous || has_ambiguous_prefix(block))
    return ParseError{"magic: expected \"ustar\" of POSIX or GNU or none", kMagic.offset};
  Numbers numbers(block);
  read_texts(block, dialect, entry);
  read_numbers(entry, numbers);
  if (dialect != Dialect::v7) read_ustar_fields(block, entry, numbers);
  if (dialect == Dialect::gnu && !entry.sparse && has_sparse_fields(block))
    return ParseError{"a sparse file's fields in an entry of another type: readers disagree on its size", 386};
  if (entry.sparse && dialect != Dialect::gnu) return ParseError{"a sparse file without GNU's magic", 257};
  if (numbers.error()) return *numbers.error();
  return {};
}

result<void> check_entry(Entry& entry) {
  if (entry.path.empty()) return ParseError{"an entry without a name", 0};
  if (entry.type == EntryType::other && is_vendor_type(entry))
    return ParseError{std::string("vendor entry type '") + entry.type_byte + "': readers disagree on what it is", 0};
  if (auto checked = check_trailing_slash(entry); !checked) return checked;
  if (is_link(entry.type) && entry.link.empty()) return ParseError{"a link without a target", 0};
  if (has_data(entry.type) || entry.stored_size == 0) return {};
  return ParseError{"a " + std::string(name_of(entry.type)) + " with " + std::to_string(entry.stored_size) +
                        " bytes of data: readers disagree on where the next entry begins",
                    0};
}

}  // namespace occy::tar
