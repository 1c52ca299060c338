#include "tar/walker.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "tar/entry_header.hpp"
#include "tar/extensions.hpp"
#include "tar/sparse.hpp"

namespace occy::tar {
namespace {

enum class Expect { header, extension, sparse_map, second_zero, nothing };

// Offsets are added up from what headers declare; beyond this no file reaches.
constexpr std::uint64_t kLongestArchive = std::uint64_t{1} << 62U;

ParseError at(std::uint64_t position, std::string message) {
  return {std::move(message), static_cast<std::size_t>(position)};
}

}  // namespace

struct Walker::State {
  explicit State(const Limits& caps) : limits(caps) {}

  result<Step> take(const HeaderBlock& block);
  result<Step> take_header(const HeaderBlock& block);
  result<Step> take_zero();
  result<Step> take_second_zero(const HeaderBlock& block);
  result<Step> begin_extension(const HeaderBlock& block, char type);
  result<void> check_extension(char type, std::int64_t size) const;
  result<Step> take_extension(const HeaderBlock& block);
  result<Step> finish_extension();
  result<Step> begin_entry(const HeaderBlock& block);
  result<void> read_entry(const HeaderBlock& block);
  result<Step> begin_sparse(const HeaderBlock& block);
  result<Step> take_sparse_map(const HeaderBlock& block);
  result<Step> go_on_with_sparse(result<GnuSparseReader::More> more);
  result<Step> finish_entry();
  void mark_beginning() {
    if (!beginning) beginning = block_offset;
  }

  Limits limits;
  Expect expect = Expect::header;
  Entry entry;
  std::uint64_t offset = 0;        // of the next block
  std::uint64_t block_offset = 0;  // of the block being taken
  std::optional<std::uint64_t> beginning;
  std::optional<ParseError> failure;

  Extensions extensions;
  PaxDefaults defaults;
  char extension_type = '\0';
  std::uint64_t extension_left = 0;
  std::string extension_text;

  std::optional<GnuSparseReader> sparse;
  std::uint64_t sparse_left = 0;
};

result<Step> Walker::State::take(const HeaderBlock& block) {
  block_offset = offset;
  offset += kBlock;
  switch (expect) {
    case Expect::header:
      return take_header(block);
    case Expect::extension:
      return take_extension(block);
    case Expect::sparse_map:
      return take_sparse_map(block);
    case Expect::second_zero:
      return take_second_zero(block);
    case Expect::nothing:
      break;
  }
  return Step::end;
}

result<Step> Walker::State::take_header(const HeaderBlock& block) {
  if (block[0] == std::byte{0} && is_zero(block)) return take_zero();
  if (!checksum_matches(block))
    return at(block_offset, "not a tar header: expected the sum of its bytes in the checksum field");
  mark_beginning();
  const char type = static_cast<char>(block[kType.offset]);
  if (type == 'g' || Extensions::is_extension(type)) return begin_extension(block, type);
  return begin_entry(block);
}

result<Step> Walker::State::take_zero() {
  if (!extensions.empty()) return at(block_offset, "expected an entry after its extension header, found zeros");
  expect = Expect::second_zero;
  return Step::need_block;
}

result<Step> Walker::State::take_second_zero(const HeaderBlock& block) {
  if (!is_zero(block)) return at(block_offset, "end-of-archive marker: expected two zero blocks, found one");
  expect = Expect::nothing;
  return Step::end;
}

result<void> Walker::State::check_extension(char type, std::int64_t size) const {
  const std::string name = std::string("extension header '") + type + "': ";
  if (size < 0 || static_cast<std::uint64_t>(size) > limits.extended_header_bytes)
    return at(block_offset, name + "expected up to " + std::to_string(limits.extended_header_bytes) + " bytes, found " +
                                std::to_string(size));
  // Go forgets what stood before a global header; others keep it.
  if (type == 'g' && !extensions.empty()) return at(block_offset, name + "stands between an entry and its extension");
  if (type != 'g' && extensions.has(type)) return at(block_offset, name + "comes twice for one entry");
  return {};
}

result<Step> Walker::State::begin_extension(const HeaderBlock& block, char type) {
  const auto size = number(block, kSize);
  if (!size) return at(block_offset, "size: " + size.error().message);
  if (const auto checked = check_extension(type, *size); !checked) return checked.error();
  extension_type = type;
  extension_left = static_cast<std::uint64_t>(*size);
  extension_text.clear();
  expect = Expect::extension;
  return extension_left == 0 ? finish_extension() : Step::need_block;
}

result<Step> Walker::State::take_extension(const HeaderBlock& block) {
  const auto size = std::min<std::uint64_t>(extension_left, block.size());
  extension_text.append(reinterpret_cast<const char*>(block.data()), size);
  extension_left -= size;
  return extension_left == 0 ? finish_extension() : Step::need_block;
}

result<Step> Walker::State::finish_extension() {
  const std::uint64_t text_offset = offset - padded(extension_text.size());
  expect = Expect::header;
  if (extension_type != 'g') {
    if (auto added = extensions.add(extension_type, extension_text); !added)
      return at(text_offset + added.error().position, added.error().message);
    return Step::need_block;
  }
  beginning.reset();
  auto header = parse_pax(extension_text);
  if (!header) return at(text_offset + header.error().position, header.error().message);
  if (const auto merged = defaults.merge(*std::move(header)); !merged) return at(text_offset, merged.error().message);
  return Step::need_block;
}

result<Step> Walker::State::begin_entry(const HeaderBlock& block) {
  entry.records.clear();
  if (const auto read = read_entry(block); !read) return at(block_offset, read.error().message);
  return entry.type_byte == 'S' ? begin_sparse(block) : finish_entry();
}

result<void> Walker::State::read_entry(const HeaderBlock& block) {
  if (auto read = read_entry_header(block, entry); !read) return read;
  defaults.apply_to(entry);
  if (!extensions.empty())
    if (auto applied = extensions.apply_to(entry); !applied) return applied;
  if (entry.stored_size > limits.entry_bytes || entry.real_size > limits.entry_bytes)
    return ParseError{"size: expected up to " + std::to_string(limits.entry_bytes) + " bytes, found " +
                      std::to_string(std::max(entry.stored_size, entry.real_size))};
  append_header_times(block, entry);
  return check_entry(entry);
}

result<Step> Walker::State::begin_sparse(const HeaderBlock& block) {
  const auto real_size = gnu_sparse_real_size(block);
  if (!real_size || *real_size < 0 || static_cast<std::uint64_t>(*real_size) > limits.entry_bytes)
    return at(block_offset, "sparse file: expected a size up to " + std::to_string(limits.entry_bytes) + " bytes");
  entry.real_size = static_cast<std::uint64_t>(*real_size);
  sparse.emplace(entry.real_size);
  sparse_left = limits.extended_header_bytes;
  return go_on_with_sparse(sparse->read_header(block));
}

result<Step> Walker::State::take_sparse_map(const HeaderBlock& block) {
  if (sparse_left < kBlock)
    return at(block_offset,
              "sparse map: expected up to " + std::to_string(limits.extended_header_bytes) + " bytes, found more");
  sparse_left -= kBlock;
  return go_on_with_sparse(sparse->read_continuation(block));
}

result<Step> Walker::State::go_on_with_sparse(result<GnuSparseReader::More> more) {
  if (!more) return at(block_offset, more.error().message);
  expect = *more == GnuSparseReader::More::yes ? Expect::sparse_map : Expect::header;
  if (expect == Expect::sparse_map) return Step::need_block;
  if (sparse->data_size() != entry.stored_size)
    return at(block_offset, "sparse map: expected runs of " + std::to_string(entry.stored_size) + " bytes, found " +
                                std::to_string(sparse->data_size()));
  return finish_entry();
}

result<Step> Walker::State::finish_entry() {
  entry.header_offset = *std::exchange(beginning, {});
  entry.data_offset = offset;
  offset += padded(entry.stored_size);
  if (offset > kLongestArchive) return at(block_offset, "entries of more than 2^62 bytes");
  return Step::entry;
}

Walker::Walker(const Limits& limits) : state_(std::make_unique<State>(limits)) {}
Walker::~Walker() = default;
Walker::Walker(Walker&&) noexcept = default;
Walker& Walker::operator=(Walker&&) noexcept = default;

result<Step> Walker::feed(const HeaderBlock& block) {
  if (state_->failure) return *state_->failure;
  auto step = state_->take(block);
  if (!step) state_->failure = step.error();
  return step;
}

const Entry& Walker::entry() const noexcept { return state_->entry; }
std::span<const SparseRun> Walker::sparse_runs() const noexcept {
  if (!state_->sparse || state_->entry.type_byte != 'S') return {};
  return state_->sparse->runs();
}

std::uint64_t Walker::offset() const noexcept { return state_->offset; }
const PaxDefaults& Walker::defaults() const noexcept { return state_->defaults; }

result<void> Walker::finish() const {
  if (state_->failure) return *state_->failure;
  switch (state_->expect) {
    case Expect::nothing:
      return {};
    case Expect::extension:
      return at(state_->offset, "cut off: expected the rest of an extension header, found the end");
    case Expect::sparse_map:
      return at(state_->offset, "cut off: expected the rest of a sparse map, found the end");
    case Expect::second_zero:
      return at(state_->offset, "cut off: expected a second zero block, found the end");
    case Expect::header:
      break;
  }
  return at(state_->offset, "cut off: expected an entry or two zero blocks, found the end");
}

bool Walker::lacks_only_end() const noexcept {
  if (state_->failure) return false;
  return state_->expect == Expect::second_zero || (state_->expect == Expect::header && state_->extensions.empty());
}

}  // namespace occy::tar
