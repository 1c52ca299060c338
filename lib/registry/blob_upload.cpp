#include "registry/blob_upload.hpp"

#include <algorithm>
#include <utility>

#include "registry/ranges.hpp"

namespace occy::registry {
namespace {

// The smallest part that storages of objects take, behind many registries; what they ask for (OCI-Chunk-Min-Length) is
// followed up to the other.
constexpr std::size_t kChunkSize = std::size_t{5} << 20U;
constexpr std::uint64_t kMostChunkSize = std::uint64_t{16} << 20U;

// What 404 to a request about an upload means.
constexpr const char* kNoUpload = "the registry has lost the upload";

bool is_success(const Reply& reply) { return reply.status() >= 200 && reply.status() < 300; }

/// 404 on the way to a new upload is about the repository, and no reason to try again.
bool is_lost(const Reply& reply) { return reply.status() == 404; }

http::Url with_digest(http::Url url, const Digest& digest) {
  url.target += url.target.find('?') == std::string::npos ? '?' : '&';
  url.target += "digest=" + http::encode_query(digest.str());
  return url;
}

}  // namespace

http::Url upload_location(const Conversation& talk, const Question& question, const Reply& reply) {
  const auto refuse = [&](const char* what) {
    throw Error(Errc::refused, talk.address().account.side, {.subject = question.subject, .what = what});
  };
  const std::string_view text = reply.field("Location");
  if (text.empty()) refuse("the registry does not say where to upload to");
  auto url = http::resolve(reply.answer->url(), text);
  if (!url) refuse("the registry says no place to upload to that can be understood");
  using Scheme = http::Origin::Scheme;
  if (question.url.origin.scheme == Scheme::https && url->origin.scheme == Scheme::http)
    refuse("the registry sends an upload from https to http");
  return std::move(*url);
}

void cancel_upload(const Conversation& talk, const http::Url& location) noexcept {
  try {
    Question question = talk.question("DELETE", "", Scope::Access::push);
    question.url = location;
    talk.ask_once(question).answer->drain();
  } catch (...) {  // the registry forgets it by itself, later
    return;
  }
}

ChunkedUpload::ChunkedUpload(std::shared_ptr<const Conversation> talk)
    : talk_(std::move(talk)), tries_(talk_->session()), chunk_size_(kChunkSize) {}

ChunkedUpload::~ChunkedUpload() {
  if (location_) cancel_upload(*talk_, *location_);
}

void ChunkedUpload::write(Block bytes) {
  chunk_.reserve(chunk_size_);  // memory is touched as it fills
  while (!bytes.empty()) {
    if (chunk_.size() == chunk_size_) send_chunk();
    const Block part = bytes.first(std::min(bytes.size(), chunk_size_ - chunk_.size()));
    chunk_.insert(chunk_.end(), part.begin(), part.end());
    bytes = bytes.subspan(part.size());
  }
}

Question ChunkedUpload::question(std::string method, http::Url url) const {
  const bool is_whole = method == "PUT" && begin_ == 0;
  Question question = talk_->question(std::move(method), "", Scope::Access::push);
  question.url = std::move(url);
  question.body = chunk_;
  question.fields = {{"Content-Type", "application/octet-stream"}};
  if (!chunk_.empty() && !is_whole)
    question.fields.emplace_back("Content-Range", std::to_string(begin_) + "-" + std::to_string(end() - 1));
  return question;
}

void ChunkedUpload::start() {
  if (location_) return;
  const Question question = talk_->question("POST", "blobs/uploads/", Scope::Access::push);
  const Reply reply = talk_->ask(question, tries_);
  if (reply.status() != 202) talk_->refuse(question, reply, "no such repository");
  follow(question, reply);
  const auto least = parse_size(reply.field("OCI-Chunk-Min-Length"));
  if (least) chunk_size_ = static_cast<std::size_t>(std::clamp<std::uint64_t>(*least, kChunkSize, kMostChunkSize));
}

void ChunkedUpload::follow(const Question& question, const Reply& reply) {
  if (!location_ || !reply.field("Location").empty()) location_ = upload_location(*talk_, question, reply);
  reply.answer->drain();
}

void ChunkedUpload::send_chunk() {
  start();
  if (chunk_.size() < chunk_size_) return;  // the registry wants larger ones
  while (!chunk_.empty()) try_chunk();
}

void ChunkedUpload::try_chunk() {
  start();
  const Question asked = question("PATCH", *location_);
  try {
    const Reply reply = talk_->ask_once(asked);
    if (!is_success(reply)) return wait_or_refuse(asked, reply);
    const auto has = parse_upload_range(reply.field("Range"));
    follow(asked, reply);
    go_on_from(asked, has.value_or(end()));
  } catch (const http::TransientError& error) {
    wait_or_throw(asked, error);
  } catch (const Error& error) {
    throw talk_->about(asked, error);
  }
}

/// The registry may have taken a part of what it says no to; who tells to wait has taken nothing.
void ChunkedUpload::wait_or_refuse(const Question& question, const Reply& reply) {
  const auto reason = talk_->may_pass(reply);
  if (is_lost(reply)) return begin_again(question, reply);
  const bool elsewhere = reply.status() == 416;
  if (!reason && !elsewhere) talk_->refuse(question, reply, kNoUpload);
  if (!tries_.again(reason.value_or(Tries::Reason::failure), Conversation::wait_asked_for(reply)))
    talk_->refuse(question, reply, kNoUpload);
  if (reason != Tries::Reason::told_to_wait) find_place();
}

void ChunkedUpload::wait_or_throw(const Question& question, const http::TransientError& error) {
  if (!tries_.again(error, question.url.origin)) throw talk_->about(question, error);
  find_place();
}

/// As long as all of the upload is held, nobody else needs to know that the registry has forgotten it.
void ChunkedUpload::begin_again(const Question& question, const Reply& reply) {
  if (!tries_.again(Tries::Reason::failure)) talk_->refuse(question, reply, kNoUpload);
  location_.reset();
  if (begin_ == 0) return;
  throw Error(Errc::interrupted, talk_->address().account.side,
              {.subject = question.subject,
               .what = kNoUpload,
               .expected = std::to_string(begin_) + " bytes that it had",
               .found = reply.error.words});
}

/// Asks how much the registry has.
void ChunkedUpload::find_place() {
  Question asked = talk_->question("GET", "", Scope::Access::push);
  asked.url = *location_;
  const Reply reply = talk_->ask(asked, tries_);
  if (is_lost(reply)) return begin_again(asked, reply);
  if (!is_success(reply)) talk_->refuse(asked, reply, kNoUpload);
  const auto has = parse_upload_range(reply.field("Range"));
  follow(asked, reply);
  go_on_from(asked, has.value_or(begin_));
}

void ChunkedUpload::go_on_from(const Question& question, std::uint64_t offset) {
  if (offset < begin_ || offset > end())
    throw Error(Errc::refused, talk_->address().account.side,
                {.subject = question.subject,
                 .what = "the registry has another part of the upload than was sent",
                 .expected = std::to_string(begin_) + " to " + std::to_string(end()) + " bytes",
                 .found = std::to_string(offset)});
  if (offset > begin_)
    tries_.moved_on();
  else if (!chunk_.empty() && question.method == "PATCH" && !tries_.again(Tries::Reason::failure))
    throw Error(Errc::refused, talk_->address().account.side,
                {.subject = question.subject, .what = "the registry takes nothing of an upload"});
  chunk_.erase(chunk_.begin(), chunk_.begin() + static_cast<std::ptrdiff_t>(offset - begin_));
  begin_ = offset;
}

void ChunkedUpload::commit(const Digest& digest) {
  while (!try_commit(digest)) {
  }
  location_.reset();
}

bool ChunkedUpload::try_commit(const Digest& digest) {
  start();
  Question asked = question("PUT", with_digest(*location_, digest));
  asked.subject = talk_->name_of(digest);
  try {
    const Reply reply = talk_->ask_once(asked);
    if (is_success(reply)) return reply.answer->drain(), true;
    if (reply.error.has("DIGEST_INVALID"))
      throw Error(Errc::digest_mismatch, talk_->address().account.side,
                  {.subject = asked.subject,
                   .what = "the registry got other bytes than were sent",
                   .expected = digest.str(),
                   .found = reply.error.words});
    const bool may_have_ended = is_lost(reply) || reply.status() == 416 || talk_->may_pass(reply);
    if (may_have_ended && is_there(digest)) return true;
    wait_or_refuse(asked, reply);
  } catch (const http::TransientError& error) {
    if (is_there(digest)) return true;
    wait_or_throw(asked, error);
  } catch (const Error& error) {
    throw talk_->about(asked, error);
  }
  return false;
}

/// The upload may have ended well, and only the answer was lost.
bool ChunkedUpload::is_there(const Digest& digest) const {
  const Reply reply = talk_->ask(talk_->question("HEAD", "blobs/" + digest.str(), Scope::Access::push));
  return reply.status() == 200;
}

}  // namespace occy::registry
