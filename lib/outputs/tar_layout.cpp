#include "outputs/tar_layout.hpp"

#include <algorithm>
#include <cstring>

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

Place place_at(std::uint64_t offset, const LayerInfo& layer) {
  Place place{.offset = offset, .data_size = layer.size};
  if (layer.size && *layer.size > kLargestOctalSize)
    place.header_size =
        encode(std::string(80, '0'), {.diff_id = Digest{{}}, .size = *layer.size}).size();  // every name fits in ustar
  return place;
}

std::uint64_t end_of(const Place& place, std::uint64_t size) { return place.data_offset() + tar::padded(size); }

[[noreturn]] void throw_no_place(const LayerInfo& layer, std::string found) {
  const auto name = layer.diff_id ? layer.diff_id->str() : layer.name;
  throw Error(Errc::unsupported, Side::output,
              {.subject = name,
               .what = "no place in the archive",
               .expected = "a layer as announced",
               .found = std::move(found)});
}

}  // namespace

TarLayout::TarLayout(const std::optional<std::vector<LayerInfo>>& layers) {
  if (layers && plan(*layers)) return;
  planned_.clear();
  order_.clear();
  end_ = 0;
}

bool TarLayout::plan(const std::vector<LayerInfo>& layers) {
  for (const auto& layer : layers) {
    if (!layer.diff_id || !layer.size || *layer.size > kLargestPlan - end_) return false;
    if (planned_.contains(*layer.diff_id)) continue;
    const auto place = place_at(end_, layer);
    planned_.emplace(*layer.diff_id, place);
    order_.push_back(*layer.diff_id);
    end_ = end_of(place, *layer.size);
  }
  return true;
}

unsigned TarLayout::max_open() const noexcept { return std::max(1U, static_cast<unsigned>(order_.size())); }

bool TarLayout::wants(const LayerInfo& layer) const {
  if (!layer.diff_id) return true;
  const auto is_open = [&](const auto& open) { return open.second == layer.diff_id; };
  return !stored_.contains(*layer.diff_id) && std::none_of(open_.begin(), open_.end(), is_open);
}

Place TarLayout::take(const LayerInfo& layer) {
  if (!wants(layer)) throw_no_place(layer, "one that is there already");
  Place place;
  if (planned_.empty()) {
    if (!open_.empty()) throw_no_place(layer, "a second one before the first was committed");
    place = place_at(end_, layer);
  } else {
    const auto found = layer.diff_id ? planned_.find(*layer.diff_id) : planned_.end();
    if (found == planned_.end()) throw_no_place(layer, "one that was not announced");
    place = found->second;
  }
  open_.emplace(place.offset, layer.diff_id);
  return place;
}

Kept TarLayout::keep(const Place& place, const LayerRecord& record) {
  if (place.data_size && *place.data_size != record.size)
    throw Error(Errc::size_mismatch, Side::output,
                {.subject = record.diff_id.str(),
                 .what = "layer has another size than announced",
                 .expected = std::to_string(*place.data_size) + " bytes",
                 .found = std::to_string(record.size) + " bytes"});
  if (const auto open = open_.find(place.offset); !planned_.empty() && open->second != record.diff_id)
    throw Error(Errc::digest_mismatch, Side::output,
                {.subject = record.diff_id.str(),
                 .what = "layer stands in the place of another",
                 .expected = open->second->str(),
                 .found = record.diff_id.str()});
  release(place);
  if (!stored_.emplace(record.diff_id, record).second) return Kept::duplicate;
  if (planned_.empty()) end_ = end_of(place, record.size);
  return Kept::stored;
}

void TarLayout::release(const Place& place) noexcept { open_.erase(place.offset); }

const LayerRecord* TarLayout::find(const Digest& diff_id) const noexcept {
  const auto found = stored_.find(diff_id);
  return found == stored_.end() ? nullptr : &found->second;
}

const Digest* TarLayout::first_missing() const noexcept {
  const auto missing = [&](const Digest& diff_id) { return !stored_.contains(diff_id); };
  const auto found = std::find_if(order_.begin(), order_.end(), missing);
  return found == order_.end() ? nullptr : &*found;
}

std::vector<std::byte> layer_header(const std::string& name, const LayerRecord& record, const Place& place) {
  return place.header_size == tar::kBlock ? encode_in_one_block(name, record) : encode(name, record);
}

}  // namespace occy::outputs
