#include "tar/layer_rewriter.hpp"

#include <algorithm>
#include <utility>

#include "occy/error.hpp"
#include "tar/encoder.hpp"
#include "tar/header_patch.hpp"
#include "tar/pax_writer.hpp"

namespace occy::tar {
namespace {

// Feeds whole blocks; the last step, or the first failure.
result<Step> feed_all(Walker& walker, Block blocks) {
  result<Step> step = Step::need_block;
  HeaderBlock block;
  for (; step && !blocks.empty(); blocks = blocks.subspan(kBlock)) {
    std::copy_n(blocks.begin(), block.size(), block.begin());
    step = walker.feed(block);
  }
  return step;
}

}  // namespace

LayerRewriter::LayerRewriter(Decide decide, std::function<void(Block)> put, LayerRewriterOptions options)
    : decide_(std::move(decide)),
      out_(std::move(put)),
      options_(std::move(options)),
      dropped_(options_.spool_directory),
      walker_(options_.limits),
      second_(options_.limits) {}

result<void> LayerRewriter::push(Block bytes) {
  while (!failure_ && !bytes.empty()) {
    if (ended_) {
      out_.append(bytes);
      break;
    }
    if (data_left_ != 0) {
      const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(data_left_, bytes.size()));
      take_data(bytes.first(taken));
      bytes = bytes.subspan(taken);
      continue;
    }
    const auto taken = std::min(block_.size() - block_size_, bytes.size());
    std::copy_n(bytes.begin(), taken, block_.begin() + static_cast<std::ptrdiff_t>(block_size_));
    bytes = bytes.subspan(taken);
    block_size_ += taken;
    if (block_size_ == block_.size())
      if (const auto took = take_block(); !took) failure_ = took.error();
  }
  if (failure_) return *failure_;
  return {};
}

void LayerRewriter::take_data(Block bytes) {
  data_left_ -= bytes.size();
  if (data_ == Data::put) out_.append(bytes);
  if (data_ == Data::keep_aside) dropped_.append_data(bytes);
}

result<void> LayerRewriter::take_block() {
  block_size_ = 0;
  raw_.insert(raw_.end(), block_.begin(), block_.end());
  const auto step = walker_.feed(block_);
  if (!step) return step.error();
  if (*step == Step::entry) {
    take_entry();
    raw_.clear();
  } else if (*step == Step::end || walker_.lacks_only_end()) {
    take_global();
    raw_.clear();
    ended_ = *step == Step::end;
  }
  return {};
}

// A global header, or a block of the end-of-archive marker: they belong to no entry, and stay.
void LayerRewriter::take_global() {
  first_zero_ = is_zero(block_) && raw_.size() == kBlock;
  if (!first_zero_) (void)feed_all(second_, raw_);
  out_.append(raw_);
}

void LayerRewriter::take_entry() {
  const Entry& original = walker_.entry();
  data_left_ = padded(original.stored_size);
  data_ = Data::put;
  entry_ = original;
  auto gone = take_place(original);
  if (gone && !gone->path) return take_waiting_file(*gone);
  if (gone) entry_.link = *std::move(gone->path);
  const std::string link = original.type == EntryType::hard_link ? entry_.link : std::string{};
  if (decide_(entry_) == Verdict::drop) return drop(original, link);
  put_entry(raw_, original, entry_);
}

// Where a hard link leads, if that was dropped. What the entry replaces is no place to lead to, but for a link to
// itself.
std::optional<DroppedFiles::Found> LayerRewriter::take_place(const Entry& entry) {
  const bool is_link = entry.type == EntryType::hard_link;
  const bool to_itself = is_link && entry.path == entry.link;
  auto gone = to_itself ? dropped_.find(entry.link) : std::nullopt;
  dropped_.forget(entry.path);
  if (is_link && !to_itself) gone = dropped_.find(entry.link);
  return gone;
}

// The link's own header says nothing that the file's does not: they are one file.
void LayerRewriter::take_waiting_file(const DroppedFiles::Found& file) {
  const Entry& link = walker_.entry();
  const std::vector<std::byte> header = dropped_.header(file);
  Walker reader(options_.limits);
  const auto step = feed_all(reader, header);
  if (!step || *step != Step::entry) refuse(link, step ? "" : step.error().message);
  const Block raw = Block(header).subspan(static_cast<std::size_t>(reader.entry().header_offset));
  entry_ = reader.entry();
  entry_.path = link.path;
  entry_.header_offset = link.header_offset;
  entry_.data_offset = link.data_offset;
  changed_ = true;
  if (decide_(entry_) == Verdict::drop) return dropped_.add_name(link.path, file);
  (void)feed_all(second_, raw);
  const Entry before = second_.entry();
  put_entry(raw, before, entry_);
  dropped_.copy_data(file, [this](Block bytes) { out_.append(bytes); });
  dropped_.keep(file, entry_.path);
}

void LayerRewriter::drop(const Entry& entry, const std::string& link) {
  changed_ = true;
  data_ = Data::forget;
  if (entry.type == EntryType::directory) return;  // nothing links to one
  if (entry.type == EntryType::hard_link) return dropped_.add_link(entry.path, link);
  std::vector<std::byte> header = encode_global_header(walker_.defaults());
  header.insert(header.end(), raw_.begin(), raw_.end());
  dropped_.add_file(entry.path, header, data_left_);
  data_ = Data::keep_aside;
}

void LayerRewriter::put_entry(Block raw, const Entry& before, const Entry& wanted) {
  if (before == wanted || same_file(before, wanted)) return out_.append(raw);
  changed_ = true;
  patched_.clear();
  const auto patch = patch_header({.blocks = raw, .entry = before, .defaults = walker_.defaults()}, wanted, patched_);
  if (!patch) refuse(wanted, patch.error().message);
  require_same(patched_, wanted);
  out_.append(patched_);
}

void LayerRewriter::require_same(Block blocks, const Entry& wanted) {
  const auto step = feed_all(second_, blocks);
  if (!step) refuse(wanted, step.error().message);
  if (*step != Step::entry || !same_file(second_.entry(), wanted))
    refuse(wanted, "another entry when it is read again");
}

void LayerRewriter::refuse(const Entry& entry, std::string found) const {
  throw Error(Errc::unsupported, Side::filter,
              {.subject = options_.filter + ": " + options_.layer + ": " + entry.path,
               .what = "an entry cannot be written as the filter left it",
               .found = std::move(found)});
}

result<void> LayerRewriter::finish() {
  if (failure_) return *failure_;
  const bool lacks_only_end = data_left_ == 0 && block_size_ == 0 && !ended_ && walker_.lacks_only_end();
  if (const auto whole = check_whole(); !whole && !lacks_only_end) return whole.error();
  if (changed_ && !ended_) out_.append(Block(kEndOfArchive).subspan(first_zero_ ? kBlock : 0));
  out_.flush();
  return {};
}

result<void> LayerRewriter::check_whole() const {
  const auto position = static_cast<std::size_t>(walker_.offset() - data_left_ + block_size_);
  if (data_left_ != 0)
    return ParseError{"cut off: " + printable(walker_.entry().path) + ": expected " + std::to_string(data_left_) +
                          " more bytes of data and padding, found the end",
                      position};
  if (block_size_ != 0) return ParseError{"cut off: expected a block of 512 bytes, found the end", position};
  return walker_.finish();
}

}  // namespace occy::tar
