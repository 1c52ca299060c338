#include "support/layer_builder.hpp"

#include "tar/encoder.hpp"

namespace occy::test {

namespace {

std::string text_of(Block bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

}  // namespace

Entry entry_of(EntryType type, std::string path, std::uint64_t mode) {
  Entry entry{.path = std::move(path), .type = type};
  entry.mode = mode;
  entry.mtime = {1'000'000'000, 0};
  return entry;
}

Entry with_xattr(Entry entry, const std::string& name, std::string value) {
  entry.records.emplace_back("SCHILY.xattr." + name, std::move(value));
  return entry;
}

LayerBuilder& LayerBuilder::add(Entry entry, std::string_view content) {
  entry.stored_size = entry.real_size = content.size();
  bytes_ += text_of(tar::encode_header(entry));
  return raw(content);
}

LayerBuilder& LayerBuilder::file(std::string path, std::string_view content, std::uint64_t mode) {
  return add(entry_of(EntryType::file, std::move(path), mode), content);
}

LayerBuilder& LayerBuilder::directory(std::string path, std::uint64_t mode) {
  return add(entry_of(EntryType::directory, std::move(path), mode));
}

LayerBuilder& LayerBuilder::symbolic_link(std::string path, std::string target) {
  Entry entry = entry_of(EntryType::symbolic_link, std::move(path), 0777);
  entry.link = std::move(target);
  return add(std::move(entry));
}

LayerBuilder& LayerBuilder::hard_link(std::string path, std::string target) {
  Entry entry = entry_of(EntryType::hard_link, std::move(path));
  entry.link = std::move(target);
  return add(std::move(entry));
}

LayerBuilder& LayerBuilder::raw(std::string_view bytes) {
  bytes_ += bytes;
  bytes_.resize(tar::padded(bytes_.size()));
  return *this;
}

std::string LayerBuilder::tar() const { return bytes_ + text_of(tar::kEndOfArchive); }

}  // namespace occy::test
