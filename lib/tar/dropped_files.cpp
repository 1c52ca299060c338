#include "tar/dropped_files.hpp"

#include <algorithm>

#include "occy/error.hpp"
#include "tar/path_view.hpp"

namespace occy::tar {
namespace {

std::string normalised(std::string_view path) {
  std::string storage;
  return std::string(look_at(path, storage).normalised);
}

std::size_t hash_of(std::string_view path) noexcept { return std::hash<std::string_view>{}(path); }

Block bytes_of(std::string_view text) noexcept { return std::as_bytes(std::span(text)); }

}  // namespace

// Stands in the spool before: the path that was dropped, then what the kind says.
struct DroppedFiles::Record {
  enum class Kind : std::uint64_t {
    file,   ///< `size` bytes of header blocks, and `data_size` of data
    path,   ///< `size` bytes of text: where the file is kept
    again,  ///< nothing; another record, at the offset `size`, says it
    home,   ///< nothing; the file whose record is at the offset `size` is kept under this path
  } kind;
  std::uint64_t path_size = 0;
  std::uint64_t size = 0;
  std::uint64_t data_size = 0;
  std::uint64_t kept = 0;  ///< of a file: the offset of a record with the path under which it is kept; 0: it waits

  [[nodiscard]] static constexpr std::uint64_t bytes() noexcept { return sizeof(Record); }
};

void DroppedFiles::add_file(std::string_view path, Block header, std::uint64_t data_size) {
  remember(path, append_record({.kind = Record::Kind::file, .size = header.size(), .data_size = data_size}, path));
  spool_.append(header);
}

void DroppedFiles::add_link(std::string_view path, std::string_view target) {
  remember(path, append_record({.kind = Record::Kind::path, .size = target.size()}, path));
  spool_.append(bytes_of(target));
  if (records_.size() < most_names_) targets_.insert(hash_of(normalised(target)));
}

void DroppedFiles::add_name(std::string_view path, const Found& file) {
  remember(path, append_record({.kind = Record::Kind::again, .size = file.record}, path));
}

void DroppedFiles::keep(const Found& file, std::string_view path) {
  set_kept(file.record, append_record({.kind = Record::Kind::path, .size = path.size()}, {}));
  spool_.append(bytes_of(path));
  remember(path, append_record({.kind = Record::Kind::home, .size = file.record}, path));
}

void DroppedFiles::set_kept(std::uint64_t offset, std::uint64_t kept) {
  Record record = read_record(offset);
  record.kept = kept;
  spool_.overwrite(offset, std::as_bytes(std::span(&record, 1)));
}

// A file that was kept under the path is replaced: for links that follow, it waits again.
void DroppedFiles::forget(std::string_view path) {
  if (records_.empty()) return;
  std::string storage;  // nearly never needed: this is called for each entry that is kept
  const std::string_view name = look_at(path, storage).normalised;
  const std::size_t hash = hash_of(name);
  if (targets_.contains(hash)) replaced_[hash] = spool_.size();
  const auto known = records_.find(hash);
  if (known == records_.end()) return;
  const Record record = read_record(known->second);
  if (!is_of(record, known->second, name)) return;
  if (record.kind == Record::Kind::home) set_kept(record.size, 0);
  records_.erase(known);
}

std::optional<DroppedFiles::Found> DroppedFiles::find(std::string_view path) const {
  if (records_.empty()) return {};
  const std::string name = normalised(path);
  const auto known = records_.find(hash_of(name));
  if (known == records_.end() || !is_of(read_record(known->second), known->second, name)) {
    if (!forgetful_) return {};
    throw Error(Errc::limit, Side::filter,
                {.subject = std::string(path),
                 .what = "a hard link may lead to a file that was dropped",
                 .expected = "at most " + std::to_string(most_names_) + " dropped files in a layer with hard links"});
  }
  std::uint64_t offset = known->second;
  Record record = read_record(offset);
  if (record.kind == Record::Kind::home) return {};
  if (record.kind == Record::Kind::again) record = read_record(offset = record.size);
  if (record.kept != 0) record = read_record(offset = record.kept);
  const std::uint64_t content = offset + Record::bytes() + record.path_size;
  if (record.kind == Record::Kind::path) {
    std::string target = read_text(content, record.size);
    require_there(path, target, offset);
    return Found{.path = std::move(target)};
  }
  return Found{.path = {},
               .record = offset,
               .header_offset = content,
               .header_size = record.size,
               .data_size = record.data_size};
}

// The file that the name stood for has passed; at its path is another one now.
void DroppedFiles::require_there(std::string_view path, const std::string& target, std::uint64_t noted) const {
  const auto replaced = replaced_.find(hash_of(normalised(target)));
  if (replaced == replaced_.end() || noted >= replaced->second) return;
  throw Error(Errc::unsupported, Side::filter,
              {.subject = std::string(path),
               .what = "a hard link leads, by a name that was dropped, to a file that was replaced",
               .found = target});
}

std::vector<std::byte> DroppedFiles::header(const Found& file) const {
  std::vector<std::byte> blocks(file.header_size);
  spool_.read(file.header_offset, blocks);
  return blocks;
}

void DroppedFiles::copy_data(const Found& file, const std::function<void(Block)>& put) const {
  std::vector<std::byte> buffer(std::min<std::uint64_t>(file.data_size, io::kBlockSize));
  const std::uint64_t begin = file.header_offset + file.header_size;
  for (std::uint64_t done = 0; done < file.data_size;) {
    const auto piece = std::span(buffer).first(std::min<std::uint64_t>(buffer.size(), file.data_size - done));
    spool_.read(begin + done, piece);
    put(piece);
    done += piece.size();
  }
}

std::uint64_t DroppedFiles::append_record(const Record& record, std::string_view path) {
  const std::uint64_t offset = spool_.size();
  const std::string name = normalised(path);
  Record complete = record;
  complete.path_size = name.size();
  spool_.append(std::as_bytes(std::span(&complete, 1)));
  spool_.append(bytes_of(name));
  return offset;
}

// One that another path of the same hash has would be lost: two in four billion billion, unless somebody seeks them.
void DroppedFiles::remember(std::string_view path, std::uint64_t offset) {
  const std::string name = normalised(path);
  const std::size_t hash = hash_of(name);
  const auto known = records_.find(hash);
  const bool full = known == records_.end() && records_.size() == most_names_;
  const bool other = known != records_.end() && !is_of(read_record(known->second), known->second, name);
  if (full || other)
    forgetful_ = true;
  else
    records_[hash] = offset;
}

bool DroppedFiles::is_of(const Record& record, std::uint64_t offset, std::string_view path) const {
  return record.path_size == path.size() && read_text(offset + Record::bytes(), path.size()) == path;
}

DroppedFiles::Record DroppedFiles::read_record(std::uint64_t offset) const {
  Record record{};
  spool_.read(offset, std::as_writable_bytes(std::span(&record, 1)));
  return record;
}

std::string DroppedFiles::read_text(std::uint64_t offset, std::uint64_t size) const {
  std::string text(size, '\0');
  spool_.read(offset, std::as_writable_bytes(std::span(text)));
  return text;
}

}  // namespace occy::tar
