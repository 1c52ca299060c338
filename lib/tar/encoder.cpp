#include "tar/encoder.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "occy/error.hpp"
#include "tar/header_text.hpp"
#include "tar/pax_writer.hpp"

namespace occy::tar {
namespace {

constexpr std::uint64_t kOctal7Max = (std::uint64_t{1} << 21U) - 1;
constexpr std::uint64_t kOctal11Max = (std::uint64_t{1} << 33U) - 1;

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

// Fields that POSIX gives no record: GNU's base-256, which every reader knows.
void put_number(HeaderBlock& block, Field field, std::uint64_t value) {
  if (!put_octal(block, field, value)) put_base256(block, field, value);
}

// One entry on its way into a ustar block; what does not fit becomes a record.
class EntryEncoder {
 public:
  explicit EntryEncoder(const Entry& entry) : entry_(entry), block_(blank_ustar_header(type_byte_of(entry))) {}

  std::vector<std::byte> encode() {
    put_path();
    put_or_record(kLink, kLink.size, entry_.link, "linkpath");
    put_size();
    put_owner();
    put_time();
    put_number(block_, kMode, entry_.mode);
    put_devices();
    for (const auto& [keyword, value] : entry_.records) append_pax_record(records_, keyword, value);
    return assemble();
  }

 private:
  void put_path() {
    if (put_split_path(block_, kPrefix, entry_.path)) return;
    append_pax_record(records_, "path", entry_.path);
    put_shortened_path(block_, entry_.path);
  }

  void put_or_record(Field field, std::size_t longest, const std::string& value, const char* keyword) {
    if (value.size() > longest) append_pax_record(records_, keyword, value);
    put_text(block_, field, std::string_view(value).substr(0, longest));
  }

  void put_size() {
    if (entry_.stored_size > kOctal11Max) append_pax_record(records_, "size", std::to_string(entry_.stored_size));
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
    if (!fits) append_pax_record(records_, keyword, std::to_string(id));
    (void)put_octal(block_, field, fits ? static_cast<std::uint64_t>(id) : 0);
  }

  void put_time() {
    const Time& time = entry_.mtime;
    const bool in_range = time.seconds >= 0 && static_cast<std::uint64_t>(time.seconds) <= kOctal11Max;
    if (!in_range || time.nanoseconds != 0) append_pax_record(records_, "mtime", pax_time_text(time));
    (void)put_octal(block_, kMtime, in_range ? static_cast<std::uint64_t>(time.seconds) : 0);
  }

  void put_devices() {
    put_number(block_, kDevMajor, entry_.device_major);
    put_number(block_, kDevMinor, entry_.device_minor);
  }

  std::vector<std::byte> assemble() {
    put_checksum(block_);
    std::vector<std::byte> blocks;
    if (!records_.empty()) {
      const HeaderBlock header = pax_header_block(entry_.path, records_.size());
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
