#include "tar/encoder.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "occy/error.hpp"

namespace occy::tar {
namespace {

constexpr std::uint64_t kOctal7Max = (std::uint64_t{1} << 21U) - 1;
constexpr std::uint64_t kOctal11Max = (std::uint64_t{1} << 33U) - 1;

// "LENGTH KEYWORD=VALUE\n", where LENGTH counts its own digits too.
void append_record(std::string& records, std::string_view keyword, std::string_view value) {
  const std::size_t rest = keyword.size() + value.size() + 3;
  std::size_t length = rest + std::to_string(rest).size();
  length = rest + std::to_string(length).size();
  records += std::to_string(length);
  records += ' ';
  records += keyword;
  records += '=';
  records += value;
  records += '\n';
}

// Before 1970 the seconds count down and the fraction counts up: -2 s and 0.75 s are "-1.25".
std::string time_text(Time time) {
  const bool borrow = time.seconds < 0 && time.nanoseconds != 0;
  const std::int64_t seconds = borrow ? time.seconds + 1 : time.seconds;
  std::string text = borrow && seconds == 0 ? "-0" : std::to_string(seconds);
  if (time.nanoseconds == 0) return text;
  const std::uint32_t fraction = borrow ? 1'000'000'000 - time.nanoseconds : time.nanoseconds;
  const std::string digits = std::to_string(fraction);
  text += '.' + std::string(9 - digits.size(), '0') + digits;
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

char type_byte_of(const Entry& entry) {
  switch (entry.type) {
    case EntryType::file:
      return '0';
    case EntryType::hard_link:
      return '1';
    case EntryType::symbolic_link:
      return '2';
    case EntryType::character_device:
      return '3';
    case EntryType::block_device:
      return '4';
    case EntryType::directory:
      return '5';
    case EntryType::fifo:
      return '6';
    case EntryType::other:
      break;
  }
  return entry.type_byte;
}

void put_text(HeaderBlock& block, Field field, std::string_view text) {
  const auto* const bytes = reinterpret_cast<const std::byte*>(text.data());
  std::copy_n(bytes, std::min(text.size(), field.size), block.begin() + static_cast<std::ptrdiff_t>(field.offset));
}

// Fields that POSIX gives no record: GNU's base-256, which every reader knows.
void put_number(HeaderBlock& block, Field field, std::uint64_t value) {
  if (!put_octal(block, field, value)) put_base256(block, field, value);
}

HeaderBlock blank_header(char type_byte) {
  HeaderBlock block{};
  block[kType.offset] = static_cast<std::byte>(type_byte);
  put_text(block, kMagic, std::string_view("ustar\00000", 8));
  return block;
}

// Where to cut `path` so that both parts fit; the name must not be empty.
std::optional<std::size_t> prefix_cut(std::string_view path) {
  if (path.size() > kPrefix.size + 1 + kName.size) return {};
  const auto first = path.size() > kName.size ? path.size() - kName.size - 1 : 0;
  const auto cut = path.find('/', std::max<std::size_t>(first, 1));
  if (cut > kPrefix.size || cut + 1 == path.size()) return {};  // npos is larger than any size
  return cut;
}

// Old readers see the beginning of a name that does not fit. It must not look like a directory's.
std::string_view shortened(std::string_view path) {
  path = path.substr(0, kName.size);
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return path;
}

std::string_view last_component(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return path.substr(path.rfind('/') + 1);
}

// One entry on its way into a ustar block; what does not fit becomes a record.
class EntryEncoder {
 public:
  explicit EntryEncoder(const Entry& entry) : entry_(entry), block_(blank_header(type_byte_of(entry))) {}

  std::vector<std::byte> encode() {
    put_path();
    put_or_record(kLink, kLink.size, entry_.link, "linkpath");
    put_size();
    put_owner();
    put_time();
    put_number(block_, kMode, entry_.mode);
    put_devices();
    for (const auto& [keyword, value] : entry_.records) append_record(records_, keyword, value);
    return assemble();
  }

 private:
  void put_path() {
    const auto cut = prefix_cut(entry_.path);
    if (entry_.path.size() <= kName.size) return put_text(block_, kName, entry_.path);
    if (cut) {
      put_text(block_, kPrefix, std::string_view(entry_.path).substr(0, *cut));
      return put_text(block_, kName, std::string_view(entry_.path).substr(*cut + 1));
    }
    append_record(records_, "path", entry_.path);
    put_text(block_, kName, shortened(entry_.path));
  }

  void put_or_record(Field field, std::size_t longest, const std::string& value, const char* keyword) {
    if (value.size() > longest) append_record(records_, keyword, value);
    put_text(block_, field, std::string_view(value).substr(0, longest));
  }

  void put_size() {
    if (entry_.stored_size > kOctal11Max) append_record(records_, "size", std::to_string(entry_.stored_size));
    (void)put_octal(block_, kSize, entry_.stored_size > kOctal11Max ? 0 : entry_.stored_size);
  }

  void put_owner() {
    put_id(kUid, entry_.uid, "uid");
    put_id(kGid, entry_.gid, "gid");
    // POSIX wants a NUL at the end of these, so one byte less than the field.
    put_or_record(kUserName, kUserName.size - 1, entry_.user_name, "uname");
    put_or_record(kGroupName, kGroupName.size - 1, entry_.group_name, "gname");
  }

  void put_id(Field field, std::int64_t id, const char* keyword) {
    const bool fits = id >= 0 && static_cast<std::uint64_t>(id) <= kOctal7Max;
    if (!fits) append_record(records_, keyword, std::to_string(id));
    (void)put_octal(block_, field, fits ? static_cast<std::uint64_t>(id) : 0);
  }

  void put_time() {
    const Time& time = entry_.mtime;
    const bool in_range = time.seconds >= 0 && static_cast<std::uint64_t>(time.seconds) <= kOctal11Max;
    if (!in_range || time.nanoseconds != 0) append_record(records_, "mtime", time_text(time));
    (void)put_octal(block_, kMtime, in_range ? static_cast<std::uint64_t>(time.seconds) : 0);
  }

  void put_devices() {
    put_number(block_, kDevMajor, entry_.device_major);
    put_number(block_, kDevMinor, entry_.device_minor);
  }

  // The block of the extended header itself: its name is for readers that do not know PAX and unpack it as a file.
  HeaderBlock records_header() const {
    HeaderBlock block = blank_header('x');
    const std::string name = "PaxHeaders/" + std::string(last_component(entry_.path));
    put_text(block, kName, shortened(name));
    put_number(block, kMode, 0644);
    for (const Field field : {kUid, kGid, kMtime, kDevMajor, kDevMinor}) put_number(block, field, 0);
    put_number(block, kSize, records_.size());
    put_checksum(block);
    return block;
  }

  std::vector<std::byte> assemble() {
    put_checksum(block_);
    std::vector<std::byte> blocks;
    if (!records_.empty()) {
      const HeaderBlock header = records_header();
      const auto* const text = reinterpret_cast<const std::byte*>(records_.data());
      blocks.assign(header.begin(), header.end());
      blocks.insert(blocks.end(), text, text + records_.size());
      blocks.resize(padded(blocks.size()));
    }
    blocks.insert(blocks.end(), block_.begin(), block_.end());
    return blocks;
  }

  const Entry& entry_;
  HeaderBlock block_;
  std::string records_;
};

}  // namespace

std::vector<std::byte> encode_header(const Entry& entry) {
  if (entry.sparse)
    throw Error(Errc::unsupported, Side::input, {.subject = entry.path, .what = "cannot write a sparse tar entry"});
  return EntryEncoder(entry).encode();
}

}  // namespace occy::tar
