#include "tar/extension_blocks.hpp"

#include <algorithm>

#include "tar/extensions.hpp"

namespace occy::tar {
namespace {

HeaderBlock first_block(Block raw) {
  HeaderBlock block;
  std::copy_n(raw.begin(), block.size(), block.begin());
  return block;
}

void append(std::vector<std::byte>& blocks, Block bytes) { blocks.insert(blocks.end(), bytes.begin(), bytes.end()); }

void append_extension(std::vector<std::byte>& blocks, ExtensionBlocks& extension) {
  const auto size = static_cast<std::int64_t>(extension.text.size());
  if (number(extension.header, kSize).value() != size) (void)put_octal(extension.header, kSize, extension.text.size());
  if (!checksum_matches(extension.header)) put_checksum(extension.header);
  append(blocks, extension.header);
  append(blocks, std::as_bytes(std::span(extension.text)));
  blocks.resize(padded(blocks.size()));
}

}  // namespace

EntryBlocks EntryBlocks::split(Block raw) {
  EntryBlocks blocks;
  while (true) {
    blocks.header = first_block(raw);
    raw = raw.subspan(kBlock);
    if (!Extensions::is_extension(static_cast<char>(blocks.header[kType.offset]))) break;
    const auto size = static_cast<std::size_t>(number(blocks.header, kSize).value());
    blocks.extensions.push_back(
        {.header = blocks.header, .text = std::string(reinterpret_cast<const char*>(raw.data()), size)});
    raw = raw.subspan(padded(size));
  }
  blocks.read_header = blocks.header;
  blocks.rest = raw;
  return blocks;
}

ExtensionBlocks* EntryBlocks::find(char type) noexcept {
  const auto found =
      std::find_if(extensions.begin(), extensions.end(), [&](const ExtensionBlocks& e) { return e.type() == type; });
  return found == extensions.end() ? nullptr : &*found;
}

void EntryBlocks::append_to(std::vector<std::byte>& blocks) {
  for (ExtensionBlocks& extension : extensions)
    if (!extension.text.empty()) append_extension(blocks, extension);
  if (header != read_header) put_checksum(header);
  append(blocks, header);
  append(blocks, rest);
}

}  // namespace occy::tar
