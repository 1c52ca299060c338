#include "support/raw_tar.hpp"

#include <algorithm>
#include <utility>

#include "tar/walker.hpp"

namespace occy::test {
namespace {

void put(tar::HeaderBlock& block, tar::Field field, std::string_view text) {
  std::transform(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(std::min(field.size, text.size())),
                 block.begin() + static_cast<std::ptrdiff_t>(field.offset),
                 [](char c) { return static_cast<std::byte>(c); });
}

std::string_view magic_text(Magic magic) {
  if (magic == Magic::v7) return {};
  return magic == Magic::gnu ? std::string_view("ustar  \0", 8) : std::string_view("ustar\00000", 8);
}

std::optional<ParseError> walk_into(std::vector<tar::Entry>& entries, Block archive, tar::Walker& walker) {
  tar::HeaderBlock block{};
  while (walker.offset() + block.size() <= archive.size()) {
    std::copy_n(archive.begin() + static_cast<std::ptrdiff_t>(walker.offset()), block.size(), block.begin());
    const auto step = walker.feed(block);
    if (!step) return step.error();
    if (*step == tar::Step::end) return {};
    if (*step == tar::Step::entry) entries.push_back(walker.entry());
  }
  return walker.finish().error();
}

}  // namespace

tar::HeaderBlock RawHeader::block() const {
  tar::HeaderBlock block{};
  put(block, tar::kName, name);
  for (const auto field : {tar::kMode, tar::kUid, tar::kGid, tar::kMtime}) (void)tar::put_octal(block, field, 0);
  if (!tar::put_octal(block, tar::kSize, size)) tar::put_base256(block, tar::kSize, size);
  block[tar::kType.offset] = static_cast<std::byte>(type);
  put(block, tar::kLink, link);
  put(block, tar::kMagic, magic_text(magic));
  tar::put_checksum(block);
  return block;
}

tar::HeaderBlock with_field(tar::HeaderBlock block, tar::Field field, std::string_view text) {
  put(block, field, text);
  tar::put_checksum(block);
  return block;
}

std::string pax_record(std::string_view keyword, std::string_view value) {
  const std::string body = " " + std::string(keyword) + "=" + std::string(value) + "\n";
  std::size_t length = body.size();
  while (std::to_string(length).size() + body.size() != length) length = std::to_string(length).size() + body.size();
  return std::to_string(length) + body;
}

RawTar& RawTar::block(const tar::HeaderBlock& block) {
  bytes_.insert(bytes_.end(), block.begin(), block.end());
  return *this;
}

RawTar& RawTar::data(std::string_view text) {
  const Block bytes = bytes_of(text);
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  bytes_.resize(tar::padded(bytes_.size()));
  return *this;
}

RawTar& RawTar::file(std::string name, std::string_view content) {
  return header({.name = std::move(name), .size = content.size()}).data(content);
}

RawTar& RawTar::extension(char type, std::string_view text) {
  const Magic magic = type == 'L' || type == 'K' ? Magic::gnu : Magic::ustar;
  return header({.name = "extension", .type = type, .size = text.size(), .magic = magic}).data(text);
}

RawTar& RawTar::end() {
  bytes_.resize(bytes_.size() + 2 * tar::kBlock);
  return *this;
}

Walked walk(Block archive, const Limits& limits) {
  Walked walked;
  tar::Walker walker(limits);
  walked.error = walk_into(walked.entries, archive, walker);
  return walked;
}

std::string excerpt(std::string_view text, std::string_view part) {
  return std::string(text.find(part) == std::string_view::npos ? text : part);
}

}  // namespace occy::test
