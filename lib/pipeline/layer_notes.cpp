#include "pipeline/layer_notes.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace occy::pipeline {
namespace {

constexpr std::string_view kXattr = "SCHILY.xattr.";
constexpr std::uint64_t kPermissions = 07777;

void update(Sha256& hash, std::string_view text) {
  const std::string size = std::to_string(text.size()) + ':';
  hash.update(std::as_bytes(std::span(size)));
  hash.update(std::as_bytes(std::span(text)));
}

// The values may be long, and are only compared: their digest stands for them.
std::optional<Digest> digest_of_xattrs(const Entry& entry) {
  std::vector<std::pair<std::string_view, std::string_view>> xattrs;
  for (const auto& [name, value] : entry.records)
    if (name.starts_with(kXattr)) xattrs.emplace_back(name, value);
  if (xattrs.empty()) return std::nullopt;
  std::sort(xattrs.begin(), xattrs.end());
  Sha256 hash;
  for (const auto& [name, value] : xattrs) {
    update(hash, name);
    update(hash, value);
  }
  return hash.finish();
}

bool is_device(EntryType type) noexcept {
  return type == EntryType::character_device || type == EntryType::block_device;
}

}  // namespace

void LayerNotes::add(const Entry& entry) {
  entries_->add(entry);
  attributes_.push_back({.size = entry.type == EntryType::file ? entry.real_size : 0,
                         .uid = entry.uid,
                         .gid = entry.gid,
                         .mtime = entry.mtime,
                         .mode = static_cast<std::uint32_t>(entry.mode & kPermissions),
                         .rarity = note_rarity(entry),
                         .content = 0});
}

std::uint32_t LayerNotes::note_rarity(const Entry& entry) {
  const auto xattrs = digest_of_xattrs(entry);
  if (!xattrs && !is_device(entry.type)) return 0;
  rarities_.push_back(
      is_device(entry.type)
          ? Rarity{.device_major = entry.device_major, .device_minor = entry.device_minor, .xattrs = xattrs}
          : Rarity{.device_major = 0, .device_minor = 0, .xattrs = xattrs});
  return static_cast<std::uint32_t>(rarities_.size());
}

void LayerNotes::set_content(std::size_t ordinal, const Digest& content) {
  contents_.push_back(content);
  attributes_[ordinal].content = static_cast<std::uint32_t>(contents_.size());
}

std::optional<Digest> LayerNotes::content(std::size_t ordinal) const {
  const std::uint32_t number = attributes_[ordinal].content;
  return number == 0 ? std::nullopt : std::optional(contents_[number - 1]);
}

FileState LayerNotes::state(std::size_t ordinal) const {
  const Attributes& entry = attributes_[ordinal];
  FileState state{.mode = entry.mode, .uid = entry.uid, .gid = entry.gid, .size = entry.size, .mtime = entry.mtime};
  if (entry.rarity != 0) {
    const Rarity& rarity = rarities_[entry.rarity - 1];
    state.device_major = rarity.device_major;
    state.device_minor = rarity.device_minor;
    state.xattrs = rarity.xattrs;
  }
  state.content = content(ordinal);
  return state;
}

bool ContentChoice::has(const Entry& entry, std::size_t ordinal) const {
  if (kind_ == Kind::none || entry.type != EntryType::file || entry.real_size == 0) return false;
  return kind_ == Kind::all || (ordinal < wanted_.size() && wanted_[ordinal]);
}

void NoteTaker::begin_entry(const Entry& entry, std::span<const tar::SparseRun> runs) {
  notes_.add(entry);
  hashing_ = choice_.has(entry, notes_.size() - 1);
  if (hashing_) content_.begin(entry, runs);
}

void NoteTaker::take_data(Block bytes) {
  if (hashing_) content_.take(bytes);
}

void NoteTaker::end_entry() {
  if (!hashing_) return;
  content_.end();
  notes_.set_content(notes_.size() - 1, hash_.finish());
}

}  // namespace occy::pipeline
