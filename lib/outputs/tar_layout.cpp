#include "outputs/tar_layout.hpp"

#include <algorithm>
#include <cstring>
#include <set>

#include "codec/size_hint.hpp"
#include "occy/error.hpp"
#include "tar/encoder.hpp"

namespace occy::outputs {

namespace {

constexpr std::uint64_t kLargestOctalSize = (std::uint64_t{1} << 33U) - 1;

// A sum of places stays far below 2^64; what claims to be larger is not planned, and fails as it is written.
constexpr std::uint64_t kLargestPlan = std::uint64_t{1} << 60U;

constexpr std::uint64_t kFileMode = 0644;

std::vector<std::byte> encode(const std::string& name, const LayerRecord& record) {
  tar::Entry entry;
  entry.path = name;
  entry.stored_size = record.size;
  entry.real_size = record.size;
  entry.mode = kFileMode;
  return tar::encode_header(entry);
}

std::vector<std::byte> encode_in_one_block(const std::string& name, const LayerRecord& record) {
  auto bytes = encode(name, {.diff_id = record.diff_id, .size = 0});
  tar::HeaderBlock block{};
  std::memcpy(block.data(), bytes.data(), block.size());
  if (!tar::put_octal(block, tar::kSize, record.size)) tar::put_base256(block, tar::kSize, record.size);
  tar::put_checksum(block);
  std::memcpy(bytes.data(), block.data(), block.size());
  return bytes;
}

std::uint64_t header_size_of(const LayerInfo& layer) {
  if (!layer.size || *layer.size <= kLargestOctalSize) return tar::kBlock;
  return encode(std::string(80, '0'), {.diff_id = Digest{{}}, .size = *layer.size}).size();  // every name fits in ustar
}

std::uint64_t end_of(const Place& place, std::uint64_t size) { return place.data_offset() + tar::padded(size); }

bool has_size(const LayerInfo& layer) { return layer.size.has_value(); }

bool may_have_hint(const LayerInfo& layer) {
  if (layer.size) return true;
  return layer.stored ? codec::has_size_hint(layer.compression, layer.stored->size)
                      : layer.compression == Compression::gzip;
}

// Of the last layer nobody needs to know where it ends.
bool may_be_written_at_once(const std::vector<LayerInfo>& layers) {
  const auto is_named = [](const LayerInfo& layer) { return layer.diff_id.has_value(); };
  return !layers.empty() && std::all_of(layers.begin(), layers.end(), is_named) &&
         std::all_of(layers.begin(), layers.end() - 1, may_have_hint);
}

bool can_be_added_up(const std::vector<LayerInfo>& layers) {
  std::uint64_t sum = 0;
  for (const auto& layer : layers) {
    if (layer.size.value_or(0) > kLargestPlan - sum) return false;
    sum += layer.size.value_or(0);
  }
  return true;
}

unsigned count_distinct(const std::vector<LayerInfo>& layers) {
  std::set<Digest> distinct;
  for (const auto& layer : layers) distinct.insert(*layer.diff_id);
  return static_cast<unsigned>(distinct.size());
}

[[noreturn]] void throw_no_place(const LayerInfo& layer, std::string found) {
  const auto name = layer.diff_id ? layer.diff_id->str() : layer.name;
  throw Error(Errc::unsupported, Side::output,
              {.subject = name,
               .what = "no place in the archive",
               .expected = "a layer as announced",
               .found = std::move(found)});
}

}  // namespace

std::optional<std::uint64_t> TarLayout::Slot::size() const noexcept {
  if (record) return record->size;
  return announced ? announced : hint;
}

Place TarLayout::Slot::place() const noexcept {
  return {.offset = *offset, .header_size = header_size, .data_size = announced, .room = hint};
}

TarLayout::TarLayout(const std::optional<std::vector<LayerInfo>>& layers) {
  if (!layers || !can_be_added_up(*layers) || !may_be_written_at_once(*layers)) return;
  max_open_ = count_distinct(*layers);
  if (std::all_of(layers->begin(), layers->end(), has_size)) plan(*layers);
}

void TarLayout::plan(const std::vector<LayerInfo>& layers) {
  for (const auto& layer : layers)
    if (!planned_.contains(*layer.diff_id)) planned_.emplace(*layer.diff_id, join(layer));
}

TarLayout::Turn TarLayout::join(const LayerInfo& layer) {
  slots_.push_back({.diff_id = layer.diff_id, .announced = layer.size, .header_size = header_size_of(layer)});
  return slots_.size() - 1;
}

bool TarLayout::is_out(const Digest& diff_id) const noexcept {
  const auto is_it = [&](const Slot& slot) { return slot.state == Slot::State::out && slot.diff_id == diff_id; };
  return std::any_of(slots_.begin(), slots_.end(), is_it);
}

std::size_t TarLayout::count_out() const noexcept {
  const auto is_one = [](const Slot& slot) { return slot.state == Slot::State::out; };
  return static_cast<std::size_t>(std::count_if(slots_.begin(), slots_.end(), is_one));
}

bool TarLayout::wants(const LayerInfo& layer) const {
  if (!layer.diff_id) return true;
  const bool has_place = planned_.empty() || planned_.contains(*layer.diff_id);
  return has_place && !stored_.contains(*layer.diff_id) && !is_out(*layer.diff_id);
}

TarLayout::Turn TarLayout::take(const LayerInfo& layer) {
  const auto found = layer.diff_id ? planned_.find(*layer.diff_id) : planned_.end();
  if (found == planned_.end() && !planned_.empty()) throw_no_place(layer, "one that was not announced");
  if (!wants(layer)) throw_no_place(layer, "one that is there already");
  if (count_out() >= max_open_) throw_no_place(layer, "one more before another was committed");
  const Turn turn = found == planned_.end() ? join(layer) : found->second;
  slots_[turn].state = Slot::State::out;
  return turn;
}

bool TarLayout::needs_hint(Turn turn) const noexcept { return !slots_[turn].announced && turn + 1 < max_open_; }

void TarLayout::expect(Turn turn, std::uint64_t size) noexcept { slots_[turn].hint = size; }

// All on the way are fixed too: none may be moved into one behind it by what is found of one before it.
std::optional<Place> TarLayout::place(Turn turn) {
  std::uint64_t end = 0;
  for (Turn i = 0; i < turn; ++i) {
    Slot& slot = slots_[i];
    if (slot.state == Slot::State::gone) continue;
    slot.offset = slot.offset.value_or(end);
    if (!slot.size()) return std::nullopt;
    end = end_of(slot.place(), *slot.size());
  }
  slots_[turn].offset = slots_[turn].offset.value_or(end);
  return slots_[turn].place();
}

Kept TarLayout::keep(Turn turn, const LayerRecord& record) {
  Slot& slot = slots_[turn];
  if (slot.announced && *slot.announced != record.size)
    throw Error(Errc::size_mismatch, Side::output,
                {.subject = record.diff_id.str(),
                 .what = "layer has another size than announced",
                 .expected = std::to_string(*slot.announced) + " bytes",
                 .found = std::to_string(record.size) + " bytes"});
  if (slot.diff_id && slot.diff_id != record.diff_id)
    throw Error(Errc::digest_mismatch, Side::output,
                {.subject = record.diff_id.str(),
                 .what = "layer stands in the place of another",
                 .expected = slot.diff_id->str(),
                 .found = record.diff_id.str()});
  const bool is_new = stored_.emplace(record.diff_id, turn).second;
  slot.state = is_new ? Slot::State::stored : Slot::State::gone;
  slot.record = record;
  return is_new ? Kept::stored : Kept::duplicate;
}

void TarLayout::release(Turn turn) noexcept {
  slots_[turn].state = planned_.empty() ? Slot::State::gone : Slot::State::free;
}

const LayerRecord* TarLayout::find(const Digest& diff_id) const noexcept {
  const auto found = stored_.find(diff_id);
  return found == stored_.end() ? nullptr : &*slots_[found->second].record;
}

const Digest* TarLayout::first_missing() const noexcept {
  if (planned_.empty()) return nullptr;
  const auto is_missing = [](const Slot& slot) { return slot.state != Slot::State::stored; };
  const auto found = std::find_if(slots_.begin(), slots_.end(), is_missing);
  return found == slots_.end() ? nullptr : &*found->diff_id;
}

bool TarLayout::is_tight() const {
  std::uint64_t end = 0;
  for (const Stored& layer : stored()) {
    if (layer.place.offset != end || slots_[layer.turn].is_outgrown()) return false;
    end = end_of(layer.place, layer.record.size);
  }
  return true;
}

std::vector<TarLayout::Stored> TarLayout::stored() const {
  std::vector<Stored> stored;
  for (Turn turn = 0; turn < slots_.size(); ++turn)
    if (const Slot& slot = slots_[turn]; slot.state == Slot::State::stored)
      stored.push_back({.turn = turn, .record = *slot.record, .place = slot.place()});
  return stored;
}

std::uint64_t TarLayout::end() const noexcept {
  std::uint64_t end = 0;
  for (const Slot& slot : slots_) {
    if (slot.state == Slot::State::gone || !slot.size()) continue;
    const Place place{.offset = slot.offset.value_or(end), .header_size = slot.header_size};
    end = end_of(place, *slot.size());
  }
  return end;
}

std::vector<std::byte> layer_header(const std::string& name, const LayerRecord& record, const Place& place) {
  return place.header_size == tar::kBlock ? encode_in_one_block(name, record) : encode(name, record);
}

}  // namespace occy::outputs
