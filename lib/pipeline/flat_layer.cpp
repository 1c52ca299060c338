#include "pipeline/flat_layer.hpp"

#include <array>

#include "tar/encoder.hpp"

namespace occy::pipeline {
namespace {

// The entry by its path in the final tree, its content in full.
Entry flat_entry(const Entry& entry, const std::string& path) {
  Entry flat = entry;
  flat.path = entry.type == EntryType::directory ? (path.empty() ? "./" : path + "/") : path;
  flat.sparse = false;
  flat.real_size = flat.stored_size = entry.type == EntryType::file ? entry.real_size : 0;
  std::erase_if(flat.records, [](const auto& record) { return record.first.starts_with("GNU.sparse."); });
  return flat;
}

}  // namespace

FlatLayer::FlatLayer(const std::vector<FlatName>& names, const std::string& layer, const Limits& limits,
                     std::function<void(Block)> write)
    : names_(names), write_(std::move(write)), content_(layer, limits, write_) {}

void FlatLayer::begin_entry(const Entry& entry, std::span<const tar::SparseRun> runs) {
  const std::size_t ordinal = ordinal_++;
  data_ = Data::leave;
  if (next_name_ == names_.size() || names_[next_name_].ordinal != ordinal) return;
  entry_ = flat_entry(entry, names_[next_name_++].path);
  put(entry_);
  if (entry.type != EntryType::file) return;
  data_ = Data::write;
  content_.begin(entry, runs);
}

void FlatLayer::take_data(Block bytes) {
  if (data_ == Data::write) content_.take(bytes);
}

void FlatLayer::end_entry() {
  static constexpr std::array<std::byte, tar::kBlock> kZeros{};
  if (data_ == Data::write) {
    content_.end();
    write_(Block(kZeros).first(tar::padded(entry_.real_size) - entry_.real_size));
  }
  for (; next_name_ < names_.size() && names_[next_name_].ordinal + 1 == ordinal_; ++next_name_) {
    Entry link = entry_;
    link.type = EntryType::hard_link;
    link.link = entry_.path;
    link.path = names_[next_name_].path;
    link.real_size = link.stored_size = 0;
    link.records.clear();  // the file has them
    put(link);
  }
}

void FlatLayer::put(const Entry& entry) const { write_(tar::encode_header(entry)); }

}  // namespace occy::pipeline
