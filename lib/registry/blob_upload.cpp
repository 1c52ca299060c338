#include "registry/blob_upload.hpp"

#include <algorithm>
#include <utility>

#include "io/file.hpp"
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

ResumableUpload::ResumableUpload(std::shared_ptr<const Conversation> talk)
    : talk_(std::move(talk)), tries_(talk_->session()), held_(kChunkSize) {}

ResumableUpload::~ResumableUpload() {
  stream_.reset();
  if (location_) cancel_upload(*talk_, *location_);
}

void ResumableUpload::write(Block bytes) {
  while (!bytes.empty()) {
    if (!stream_) make_room();
    const Block part = bytes.first(std::min(bytes.size(), stream_ ? io::kBlockSize : held_.room()));
    held_.push(part);
    end_ += part.size();
    if (stream_) pass_on(part);
    bytes = bytes.subspan(part.size());
  }
}

Question ResumableUpload::question(std::string method, http::Url url) const {
  Question question = talk_->question(std::move(method), "", Scope::Access::push);
  question.url = std::move(url);
  question.fields = {{"Content-Type", "application/octet-stream"}};
  return question;
}

Question ResumableUpload::carrying_held(Question question, Part part) {
  question.body = held_.all();
  if (!question.body.empty() && part == Part::some)
    question.fields.emplace_back("Content-Range", std::to_string(held_from()) + "-" + std::to_string(end_ - 1));
  return question;
}

void ResumableUpload::start() {
  if (location_) return;
  const Question question = talk_->question("POST", "blobs/uploads/", Scope::Access::push);
  const Reply reply = talk_->ask(question, tries_);
  if (reply.status() != 202) talk_->refuse(question, reply, "no such repository");
  follow(question, reply);
  const auto least = parse_size(reply.field("OCI-Chunk-Min-Length"));
  if (least) held_.set_most(static_cast<std::size_t>(std::clamp<std::uint64_t>(*least, kChunkSize, kMostChunkSize)));
}

void ResumableUpload::follow(const Question& question, const Reply& reply) {
  if (!location_ || !reply.field("Location").empty()) location_ = upload_location(*talk_, question, reply);
  reply.answer->drain();
}

void ResumableUpload::make_room() {
  while (!stream_ && held_.room() == 0) {
    start();
    if (held_.room() > 0) return;  // the registry wants larger chunks
    if (way_ == Way::stream && has_ == 0)
      begin_stream();
    else
      try_chunk();
  }
}

void ResumableUpload::begin_stream() {
  const Question asked = question("PATCH", *location_);
  attempt(asked, [&] { stream_ = std::make_unique<BegunQuestion>(talk_->begin(asked)); });
  if (stream_) pass_on(held_.all());
}

/// A registry that answers before it has all means no, whatever it says.
void ResumableUpload::pass_on(Block bytes) {
  auto stream = std::move(stream_);
  const Question& asked = stream->question;
  attempt(asked, [&] {
    if (talk_->send_more(*stream, bytes) == http::RequestBody::Sent::answered)
      wait_or_refuse(asked, talk_->finish(*stream));
    else
      stream_ = std::move(stream);
  });
}

void ResumableUpload::end_stream() {
  const auto stream = std::move(stream_);
  attempt(stream->question, [&] { take_answer(stream->question, talk_->finish(*stream)); });
}

void ResumableUpload::try_chunk() {
  start();
  const Question asked = carrying_held(question("PATCH", *location_), Part::some);
  attempt(asked, [&] { take_answer(asked, talk_->ask_once(asked)); });
}

/// What breaks and may pass ends with the registry's offset known.
template <class Action>
void ResumableUpload::attempt(const Question& question, const Action& action) {
  try {
    action();
  } catch (const http::TransientError& error) {
    wait_or_throw(question, error);
  } catch (const Error& error) {
    throw talk_->about(question, error);
  }
}

void ResumableUpload::take_answer(const Question& question, const Reply& reply) {
  if (!is_success(reply)) return wait_or_refuse(question, reply);
  const auto has = parse_upload_range(reply.field("Range"));
  follow(question, reply);
  go_on_from(question, has.value_or(end_));
}

/// The registry may have taken a part of what it says no to; who tells to wait has taken nothing of a chunk.
void ResumableUpload::wait_or_refuse(const Question& question, const Reply& reply) {
  if (is_lost(reply)) return begin_again(question, reply);
  const auto reason = talk_->may_pass(reply);
  const bool told_to_wait = reason == Tries::Reason::told_to_wait;
  const bool has_login = reply.login == Reply::Login::renewed && !std::exchange(login_renewed_, true);
  const bool wants_chunks = reply.status() == 411 || reply.status() == 416;  // no length, another place
  if (!reason && !wants_chunks && !has_login) talk_->refuse(question, reply, kNoUpload);
  if (!has_login && !tries_.again(reason.value_or(Tries::Reason::failure), Conversation::wait_asked_for(reply)))
    talk_->refuse(question, reply, kNoUpload);
  fault_ = "status " + std::to_string(reply.status());
  if (!told_to_wait && !has_login) way_ = Way::chunks;
  if (!told_to_wait || question.body.empty()) find_place();
}

void ResumableUpload::wait_or_throw(const Question& question, const http::TransientError& error) {
  if (!tries_.again(error, question.url.origin)) throw talk_->about(question, error);
  fault_ = error.detail().what;
  way_ = Way::chunks;
  find_place();
}

/// As long as all of the upload is held, nobody else needs to know that the registry has forgotten it.
void ResumableUpload::begin_again(const Question& question, const Reply& reply) {
  if (!tries_.again(Tries::Reason::failure)) talk_->refuse(question, reply, kNoUpload);
  location_.reset();
  way_ = Way::stream;
  if (held_from() == 0) return;
  throw Error(Errc::interrupted, talk_->address().account.side,
              {.subject = question.subject,
               .what = kNoUpload,
               .expected = std::to_string(held_from()) + " bytes that it had",
               .found = reply.error.words});
}

/// Asks how much the registry has.
void ResumableUpload::find_place() {
  Question asked = talk_->question("GET", "", Scope::Access::push);
  asked.url = *location_;
  const Reply reply = talk_->ask(asked, tries_);
  if (is_lost(reply)) return begin_again(asked, reply);
  if (!is_success(reply)) talk_->refuse(asked, reply, kNoUpload);
  const auto has = parse_upload_range(reply.field("Range"));
  follow(asked, reply);
  go_on_from(asked, has.value_or(has_));
}

void ResumableUpload::go_on_from(const Question& question, std::uint64_t offset) {
  const auto refuse = [&](Errc code, const char* what, std::uint64_t least) {
    throw Error(code, talk_->address().account.side,
                {.subject = question.subject,
                 .what = what,
                 .expected = std::to_string(least) + " to " + std::to_string(end_) + " bytes",
                 .found = std::to_string(offset) + (fault_.empty() ? "" : ", after: " + fault_)});
  };
  if (offset > end_) refuse(Errc::refused, "the registry has another part of the upload than was sent", has_);
  if (offset < held_from()) refuse(Errc::interrupted, "the registry has lost a part of the upload", held_from());
  if (offset > has_)
    tries_.moved_on(), login_renewed_ = false;
  else if (held_.size() > 0 && question.method == "PATCH" && !tries_.again(Tries::Reason::failure))
    throw Error(Errc::refused, talk_->address().account.side,
                {.subject = question.subject, .what = "the registry takes nothing of an upload"});
  held_.drop(static_cast<std::size_t>(offset - held_from()));
  has_ = offset;
}

void ResumableUpload::commit(const Digest& digest) {
  if (stream_) end_stream();
  while (!try_commit(digest)) {
  }
  location_.reset();
}

bool ResumableUpload::try_commit(const Digest& digest) {
  start();
  Question asked =
      carrying_held(question("PUT", with_digest(*location_, digest)), held_from() == 0 ? Part::whole : Part::some);
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
bool ResumableUpload::is_there(const Digest& digest) const {
  const Reply reply = talk_->ask(talk_->question("HEAD", "blobs/" + digest.str(), Scope::Access::push));
  return reply.status() == 200;
}

}  // namespace occy::registry
