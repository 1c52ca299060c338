#include "tar/header_patch.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include "tar/entry_header.hpp"
#include "tar/extension_blocks.hpp"
#include "tar/header_text.hpp"
#include "tar/pax_edit.hpp"
#include "tar/pax_writer.hpp"

namespace occy::tar {
namespace {

constexpr std::string_view kSparsePrefix = "GNU.sparse.";
constexpr std::string_view kSparseName = "GNU.sparse.name";
constexpr std::int64_t kOctal11Max = (std::int64_t{1} << 33U) - 1;

using Records = std::vector<std::pair<std::string, std::string>>;
using RecordMap = std::map<std::string_view, std::string_view>;

RecordMap by_keyword(const Records& records) { return {records.begin(), records.end()}; }

bool is_octal_time(std::int64_t seconds) noexcept { return seconds >= 0 && seconds <= kOctal11Max; }

bool is_binary(const HeaderBlock& block, Field field) noexcept {
  return (block[field.offset] & std::byte{0x80}) != std::byte{0};
}

// False when the value needs another place; the field is then 0, as POSIX writers leave it.
bool put_if_octal(HeaderBlock& block, Field field, std::int64_t value) noexcept {
  if (value >= 0 && put_octal(block, field, static_cast<std::uint64_t>(value))) return true;
  (void)put_octal(block, field, 0);
  return false;
}

// One header that is being changed.
class Patch {
 public:
  Patch(const RawEntry& raw, const Entry& wanted)
      : before_(raw.entry),
        wanted_(wanted),
        defaults_(raw.defaults),
        blocks_(EntryBlocks::split(raw.blocks)),
        dialect_(dialect_of(blocks_.header)) {}

  void make() {
    if (wanted_.path != before_.path) put_path();
    if (wanted_.link != before_.link) put_link();
    if (wanted_.mode != before_.mode) put_mode();
    if (wanted_.uid != before_.uid) put_number(kUid, wanted_.uid, "uid", default_of(defaults_.uid));
    if (wanted_.gid != before_.gid) put_number(kGid, wanted_.gid, "gid", default_of(defaults_.gid));
    if (wanted_.user_name != before_.user_name)
      put_owner_name(kUserName, wanted_.user_name, "uname", default_of(defaults_.user_name));
    if (wanted_.group_name != before_.group_name)
      put_owner_name(kGroupName, wanted_.group_name, "gname", default_of(defaults_.group_name));
    if (wanted_.mtime != before_.mtime) put_mtime();
    if (wanted_.records != before_.records) put_records();
  }

  void append_to(std::vector<std::byte>& blocks) {
    edit_records();
    settle_type();
    blocks_.append_to(blocks);
  }

 private:
  // Whether a global header has a value that counts where the entry has no record of its own.
  enum class Default { no, yes };

  template <class T>
  static Default default_of(const std::optional<T>& value) {
    return value ? Default::yes : Default::no;
  }

  [[nodiscard]] bool has_record(std::string_view keyword) {
    const ExtensionBlocks* pax = blocks_.find('x');
    return pax != nullptr && has_pax_record(pax->text, keyword);
  }

  // The value stands in its field: its record goes, unless a global one would come to light.
  void settle_in_field(std::string_view keyword, std::string value, Default global) {
    if (global == Default::yes) return edit_.set(keyword, std::move(value));
    if (blocks_.find('x') != nullptr) edit_.remove(keyword);
  }

  void put_path() {
    // What stands in the other places then is not the file's path, and stays.
    if (has_record(kSparseName)) return edit_.set(kSparseName, wanted_.path);
    const bool ustar = dialect_ == Dialect::ustar;
    const Field prefix = ustar ? prefix_field(blocks_.header) : Field{kName.offset, 0};
    if (put_split_path(blocks_.header, prefix, wanted_.path)) return settle_name('L', "path", {});
    if (ustar) put_text(blocks_.header, prefix, {});
    put_shortened_path(blocks_.header, wanted_.path);
    settle_name('L', "path", wanted_.path);
  }

  void put_link() {
    put_text(blocks_.header, kLink, wanted_.link);
    settle_name('K', "linkpath", wanted_.link.size() <= kLink.size ? std::string_view{} : wanted_.link);
  }

  // The name goes into the extension that the entry has, or that its dialect uses. An empty one stands in its field.
  void settle_name(char gnu_type, std::string_view keyword, std::string_view name) {
    ExtensionBlocks* gnu = blocks_.find(gnu_type);
    if (name.empty()) {
      if (gnu != nullptr) gnu->text.clear();
      if (blocks_.find('x') != nullptr) edit_.remove(keyword);
      return;
    }
    if (gnu == nullptr && (dialect_ != Dialect::gnu || blocks_.find('x') != nullptr))
      return edit_.set(keyword, std::string(name));
    if (gnu == nullptr) gnu = &blocks_.extensions.emplace_back(long_name_block(gnu_type));
    gnu->text = std::string(name) + '\0';
  }

  static ExtensionBlocks long_name_block(char type) {
    HeaderBlock block{};
    put_text(block, kName, "././@LongLink");
    for (const Field field : {kMode, kUid, kGid, kSize, kMtime}) (void)put_octal(block, field, 0);
    block[kType.offset] = static_cast<std::byte>(type);
    put_text(block, kMagic, std::string_view("ustar  \0", 8));
    return {.header = block, .text = {}};
  }

  // POSIX gives it no record.
  void put_mode() {
    const auto mode = static_cast<std::int64_t>(wanted_.mode);
    if (!put_if_octal(blocks_.header, kMode, mode)) (void)put_signed_base256(blocks_.header, kMode, mode);
  }

  void put_number(Field field, std::int64_t value, std::string_view keyword, Default global) {
    const bool binary = is_binary(blocks_.header, field) || dialect_ != Dialect::ustar;
    if (put_if_octal(blocks_.header, field, value)) return settle_in_field(keyword, std::to_string(value), global);
    const bool in_record = !binary || global == Default::yes || has_record(keyword);
    if (!in_record && put_signed_base256(blocks_.header, field, value)) return;
    edit_.set(keyword, std::to_string(value));
  }

  void put_owner_name(Field field, const std::string& name, std::string_view keyword, Default global) {
    // POSIX wants a NUL at the end of these, so one byte less than the field. V7 does not have them.
    const bool fits = name.size() < field.size && (dialect_ != Dialect::v7 || name.empty());
    if (dialect_ != Dialect::v7) put_text(blocks_.header, {field.offset, field.size - 1}, name);
    if (fits) return settle_in_field(keyword, name, global);
    edit_.set(keyword, name);
  }

  void put_mtime() {
    const Time& time = wanted_.mtime;
    if (time.nanoseconds == 0) {
      put_number(kMtime, time.seconds, "mtime", default_of(defaults_.mtime));
    } else {
      (void)put_if_octal(blocks_.header, kMtime, time.seconds);
      edit_.set("mtime", pax_time_text(time));
    }
    for (ExtensionBlocks& extension : blocks_.extensions) move_extension_time(extension.header);
  }

  // Some writers give an extension the time of its entry, or that of the day.
  void move_extension_time(HeaderBlock& header) const {
    const auto time = number(header, kMtime);
    if (time && *time != 0) (void)put_if_octal(header, kMtime, wanted_.mtime.seconds);
  }

  void put_records() {
    const RecordMap before = by_keyword(before_.records);
    const RecordMap wanted = by_keyword(wanted_.records);
    for (const auto& [keyword, value] : before)
      if (!wanted.contains(keyword)) put_record(keyword, {});
    for (const auto& [keyword, value] : wanted)
      if (const auto old = before.find(keyword); old == before.end() || old->second != value)
        put_record(keyword, std::string(value));
  }

  void put_record(std::string_view keyword, std::optional<std::string> value) {
    const auto fields = time_fields(blocks_.header);
    if (fields && keyword == "atime" && put_time_field(fields->atime, value)) value.reset();
    if (fields && keyword == "ctime" && put_time_field(fields->ctime, value)) value.reset();
    if (value)
      edit_.set(keyword, *std::move(value));
    else if (blocks_.find('x') != nullptr)
      edit_.remove(keyword);
  }

  // True when the field says all of it. A field that is not in use stays so.
  bool put_time_field(Field field, const std::optional<std::string>& value) {
    if (blocks_.header[field.offset] == std::byte{0}) return false;
    const auto time = value ? parse_pax_time(*value) : std::nullopt;
    if (time && is_octal_time(time->seconds))
      return put_if_octal(blocks_.header, field, time->seconds) && time->nanoseconds == 0;
    put_text(blocks_.header, field, {});
    return false;
  }

  // With an extension before it, not every reader knows an old directory by the '/' at the end of its name.
  void settle_type() {
    if (before_.type == EntryType::directory && !blocks_.extensions.empty())
      blocks_.header[kType.offset] = static_cast<std::byte>('5');
  }

  void edit_records() {
    if (edit_.empty()) return;
    if (ExtensionBlocks* pax = blocks_.find('x')) {
      pax->text = edit_.apply_to(pax->text);
      return;
    }
    std::string text = edit_.apply_to({});
    if (text.empty()) return;
    const HeaderBlock header = pax_header_block(wanted_.path, text.size());
    blocks_.extensions.push_back({.header = header, .text = std::move(text)});
  }

  const Entry& before_;
  const Entry& wanted_;
  const PaxDefaults& defaults_;
  EntryBlocks blocks_;
  Dialect dialect_;
  PaxEdit edit_;
};

Records sparse_map(const Records& records) {
  Records map;
  std::copy_if(records.begin(), records.end(), std::back_inserter(map),
               [](const auto& record) { return record.first.starts_with(kSparsePrefix); });
  return map;
}

// The maps of old sparse files repeat two keywords.
std::size_t repeated(const Records& records) { return records.size() - by_keyword(records).size(); }

result<void> check(const Entry& before, const Entry& wanted) {
  if (wanted.mtime.nanoseconds >= 1'000'000'000) return ParseError{"a fraction of a second that is more than one", 0};
  if (wanted.records == before.records) return {};
  if (sparse_map(wanted.records) != sparse_map(before.records)) return ParseError{"another map of a sparse file", 0};
  if (repeated(wanted.records) != repeated(before.records)) return ParseError{"a record that comes twice", 0};
  return {};
}

// The name that a sparse file's records give it is its path, which is compared as such.
Records comparable(const Records& records) {
  Records sorted = records;
  std::erase_if(sorted, [](const auto& record) { return record.first == kSparseName; });
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return sorted;
}

}  // namespace

result<void> patch_header(const RawEntry& raw, const Entry& wanted, std::vector<std::byte>& blocks) {
  if (auto checked = check(raw.entry, wanted); !checked) return checked;
  Patch patch(raw, wanted);
  patch.make();
  patch.append_to(blocks);
  return {};
}

bool same_file(const Entry& a, const Entry& b) {
  const auto type_byte = [](const Entry& e) { return e.type == EntryType::directory ? '5' : e.type_byte; };
  const auto numbers = [type_byte](const Entry& e) {
    return std::tuple(e.type, type_byte(e), e.stored_size, e.real_size, e.sparse, e.mode, e.uid, e.gid, e.mtime.seconds,
                      e.mtime.nanoseconds, e.device_major, e.device_minor);
  };
  const auto texts = [](const Entry& e) { return std::tie(e.path, e.link, e.user_name, e.group_name); };
  if (numbers(a) != numbers(b) || texts(a) != texts(b)) return false;
  return a.records == b.records || comparable(a.records) == comparable(b.records);
}

}  // namespace occy::tar
