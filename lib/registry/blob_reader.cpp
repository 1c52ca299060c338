#include "registry/blob_reader.hpp"

#include <algorithm>
#include <utility>

#include "registry/ranges.hpp"

namespace occy::registry {

BlobReader::BlobReader(std::shared_ptr<const Conversation> talk, Question question, const Descriptor& blob,
                       std::uint64_t offset)
    : talk_(std::move(talk)),
      question_(std::move(question)),
      blob_(blob),
      position_(offset),
      tries_(talk_->session()),
      ended_(offset == blob.size) {}

Block BlobReader::next() {
  while (!ended_) {
    try {
      const Block block = read();
      if (!block.empty()) return block;
    } catch (const http::TransientError& error) {
      answer_.reset();
      ended_ = is_complete();  // the end of the framing is missing, nothing else
      if (!ended_ && !tries_.again(error, question_.url.origin)) throw talk_->about(question_, error);
    } catch (const Error& error) {
      throw talk_->about(question_, error);
    }
  }
  return {};
}

/// The next new bytes; none where there was something else to do first, or at the end.
Block BlobReader::read() {
  if (!answer_) open();
  if (!answer_) return {};
  const Block block = answer_->read();
  talk_->session().received_bytes += block.size();
  if (!block.empty()) return taken(block);
  end_answer();
  return {};
}

/// Caches give ranges in parts, and a body without a length may end too early: as long as each answer brings something,
/// there is another one.
void BlobReader::end_answer() {
  ended_ = is_complete();
  if (!ended_ && position_ == begin_) refuse_size(std::to_string(position_) + " bytes");
  answer_.reset();
}

Block BlobReader::taken(Block block) {
  const auto again = static_cast<std::size_t>(std::min<std::uint64_t>(known_, block.size()));
  known_ -= again;
  block = block.subspan(again);
  if (block.size() > blob_.size - position_) refuse_size("more");
  position_ += block.size();
  if (!block.empty()) tries_.moved_on();
  return block;
}

void BlobReader::open() {
  begin_ = position_;
  Question question = question_;
  const bool in_part = position_ > 0 && ranges_ == Ranges::honoured;
  if (in_part) question.fields.emplace_back("Range", "bytes=" + std::to_string(position_) + "-");
  Reply reply = talk_->ask(question, tries_);
  if (reply.status() == 200) return open_whole(std::move(reply));
  if (in_part && reply.status() == 206) return open_part(std::move(reply));
  // A server that does not know where its blob ends is asked for all of it.
  if (!in_part || reply.status() != 416) talk_->refuse(question_, reply, "no such blob");
  ranges_ = Ranges::ignored;
}

void BlobReader::open_part(Reply reply) {
  const auto range = parse_content_range(reply.field("Content-Range"));
  if (range && range->total && *range->total != blob_.size) refuse_size(std::to_string(*range->total) + " bytes");
  if (!range || range->first != position_) {
    ranges_ = Ranges::ignored;
    return;
  }
  known_ = 0;
  answer_ = std::move(reply.answer);
}

void BlobReader::open_whole(Reply reply) {
  const auto length = parse_size(reply.field("Content-Length"));
  if (length && *length != blob_.size) refuse_size(std::to_string(*length) + " bytes");
  known_ = position_;
  answer_ = std::move(reply.answer);
}

void BlobReader::refuse_size(const std::string& found) const {
  throw Error(Errc::size_mismatch, talk_->address().account.side,
              {.subject = question_.subject,
               .what = "the blob has another size than its descriptor",
               .expected = std::to_string(blob_.size) + " bytes",
               .found = found});
}

}  // namespace occy::registry
