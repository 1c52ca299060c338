#include "registry/repository.hpp"

#include <utility>

#include "registry/blob_reader.hpp"
#include "registry/blob_upload.hpp"
#include "registry/manifest_rules.hpp"
#include "registry/ranges.hpp"
#include "registry/repository_state.hpp"

namespace occy::registry {
namespace {

using Access = Scope::Access;

constexpr const char* kNoManifest = "no such tag or digest";
constexpr const char* kNoBlob = "no such blob";

}  // namespace

std::optional<Digest> digest_in(std::string_view reference) {
  const auto digest = Digest::parse(reference);
  return digest ? std::optional(*digest) : std::nullopt;
}

Question Repository::State::about_manifest(std::string method, std::string_view reference, Access access) const {
  Question question = talk->question(std::move(method), "manifests/" + http::encode_path(reference), access);
  if (const auto digest = digest_in(reference)) question.subject = talk->name_of(*digest);
  return question;
}

Question Repository::State::about_blob(std::string method, const Digest& digest) const {
  Question question = talk->question(std::move(method), "blobs/" + digest.str(), access_to_read());
  question.subject = talk->name_of(digest);
  return question;
}

void Repository::State::require(const Question& question, const Reply& reply, const char* missing) const {
  if (reply.status() < 200 || reply.status() >= 300) talk->refuse(question, reply, missing);
}

Repository::Repository(const RegistrySession& session, const RegistryPlace& place, Side side)
    : Repository(std::make_shared<State>(
          State{.talk = std::make_shared<Conversation>(session.state(), locate(place, session.options(), side))})) {}

Repository::Repository(std::shared_ptr<State> state) : state_(std::move(state)) {}
Repository::Repository(Repository&&) noexcept = default;
Repository::~Repository() = default;

Repository Repository::fresh(const RegistrySession& session, const RegistryPlace& place, Side side) {
  const RegistrySession other(session.options());
  Repository repository(other, place, side);
  const http::Origin& server = repository.state_->talk->address().account.origin;
  if (session.state()->known_servers.contains(server)) other.state()->known_servers.note(server);
  return repository;
}

const std::string& Repository::name() const noexcept { return state_->talk->address().name; }

const std::string& Repository::reference() const noexcept { return state_->talk->address().reference; }

ImageManifest Repository::manifest(std::string_view reference) {
  Question question = state_->about_manifest("GET", reference, state_->access_to_read());
  question.fields.emplace_back("Accept", kManifestTypes);
  Document document = state_->talk->read(question, state_->talk->limits().document_bytes);
  if (document.reply.status() != 200) state_->talk->refuse(question, document.reply, kNoManifest);
  GivenManifest given{.subject = question.subject,
                      .content_type = std::string(document.reply.field("Content-Type")),
                      .digest_field = std::string(document.reply.field("Docker-Content-Digest")),
                      .bytes = std::move(document.body)};
  return accept_manifest(std::move(given), digest_in(reference), state_->side(), state_->talk->limits());
}

std::optional<Descriptor> Repository::find_manifest(std::string_view reference) {
  Question question = state_->about_manifest("HEAD", reference, state_->access_to_read());
  question.fields.emplace_back("Accept", kManifestTypes);
  const Reply reply = state_->talk->ask(question);
  if (reply.status() == 404) return std::nullopt;
  if (reply.status() != 200 && reply.status() != 405) state_->talk->refuse(question, reply, kNoManifest);
  const auto digest = digest_in(reply.field("Docker-Content-Digest"));
  const auto size = parse_size(reply.field("Content-Length"));
  if (const auto asked = digest_in(reference); digest && asked && *digest != *asked)
    throw Error(Errc::digest_mismatch, state_->side(),
                {.subject = question.subject,
                 .what = "the registry has another manifest than was asked for",
                 .expected = asked->str(),
                 .found = digest->str()});
  if (digest && size)
    return Descriptor{.media_type = media_type_of(reply.field("Content-Type")), .digest = *digest, .size = *size};
  const ImageManifest whole = manifest(reference);
  return Descriptor{.media_type = whole.media_type, .digest = whole.digest, .size = whole.bytes.size()};
}

void Repository::put_manifest(std::string_view reference, const ImageManifest& manifest) {
  Question question = state_->about_manifest("PUT", reference, Access::push);
  question.fields.emplace_back("Content-Type", manifest.media_type);
  question.body = std::as_bytes(std::span(manifest.bytes));
  const Reply reply = state_->talk->ask(question);
  state_->require(question, reply, "no such repository");
  const std::string told(reply.field("Docker-Content-Digest"));
  reply.answer->drain();
  if (!told.empty() && told != manifest.digest.str())
    throw Error(Errc::digest_mismatch, state_->side(),
                {.subject = question.subject,
                 .what = "the registry stored another manifest than was sent",
                 .expected = manifest.digest.str(),
                 .found = told});
}

void Repository::delete_manifest(const Digest& digest) {
  const Question question = state_->about_manifest("DELETE", digest.str(), Access::push);
  // What was there before, and is gone after a try that failed, that try has deleted.
  if (!find_manifest(digest.str()))
    throw Error(Errc::not_found, state_->side(), {.subject = question.subject, .what = kNoManifest});
  Tries tries(state_->talk->session());
  const Reply reply = state_->talk->ask(question, tries);
  if (reply.status() == 404 && tries.has_failed()) return;
  if (reply.status() == 405)
    throw Error(Errc::unsupported, state_->side(),
                {.subject = question.subject, .what = "the registry deletes no manifests"});
  state_->require(question, reply, kNoManifest);
  reply.answer->drain();
}

std::unique_ptr<BlockSource> Repository::open_blob(const Descriptor& blob, std::uint64_t offset) {
  return std::make_unique<BlobReader>(state_->talk, state_->about_blob("GET", blob.digest), blob, offset);
}

std::optional<std::string> Repository::read_end(const Descriptor& blob, std::size_t bytes) {
  Question question = state_->about_blob("GET", blob.digest);
  const ContentRange wanted{.first = blob.size - bytes, .last = blob.size - 1, .total = blob.size};
  question.fields.emplace_back("Range", "bytes=" + std::to_string(wanted.first) + "-" + std::to_string(wanted.last));
  try {
    const Reply reply = state_->talk->ask_once(question);
    if (reply.status() != 206 || parse_content_range(reply.field("Content-Range")) != wanted) return std::nullopt;
    std::string end = reply.answer->read_all(bytes);
    state_->talk->session().received_bytes += end.size();
    return end.size() == bytes ? std::optional(std::move(end)) : std::nullopt;
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::unique_ptr<BlockSource> Repository::open_foreign_blob(const Descriptor& blob, const http::Url& url,
                                                           std::uint64_t offset) {
  Question question = state_->about_blob("GET", blob.digest);
  question.url = url;
  question.as = Question::As::nobody;
  return std::make_unique<BlobReader>(state_->talk, std::move(question), blob, offset);
}

std::string Repository::read_blob(const Descriptor& blob, std::uint64_t cap) {
  const std::string subject = state_->talk->name_of(blob.digest);
  if (blob.size > cap)
    throw Error(Errc::limit, state_->side(),
                {.subject = subject,
                 .what = "the document is too large",
                 .expected = "at most " + std::to_string(cap) + " bytes",
                 .found = std::to_string(blob.size) + " bytes"});
  const auto source = open_blob(blob);
  std::string bytes;
  for (Block block = source->next(); !block.empty(); block = source->next())
    bytes.append(reinterpret_cast<const char*>(block.data()), block.size());
  if (const Digest actual = sha256(bytes); actual != blob.digest)
    throw Error(Errc::digest_mismatch, state_->side(),
                {.subject = subject,
                 .what = "the blob is not what its digest promises",
                 .expected = blob.digest.str(),
                 .found = actual.str()});
  return bytes;
}

std::optional<std::uint64_t> Repository::find_blob(const Digest& digest) {
  const Question question = state_->about_blob("HEAD", digest);
  const Reply reply = state_->talk->ask(question);
  if (reply.status() == 404) return std::nullopt;
  if (reply.status() != 200) state_->talk->refuse(question, reply, kNoBlob);
  if (const auto size = parse_size(reply.field("Content-Length"))) return size;
  throw Error(Errc::refused, state_->side(),
              {.subject = question.subject, .what = "the registry does not say how large the blob is"});
}

bool Repository::mount_blob(const Digest& digest, const std::string& from_repository) {
  const std::string path =
      "blobs/uploads/?mount=" + http::encode_query(digest.str()) + "&from=" + http::encode_query(from_repository);
  Question question = state_->talk->question("POST", path, Access::push);
  question.scope.mount_from = from_repository;
  try {
    const Reply reply = state_->talk->ask(question);
    reply.answer->drain();
    if (reply.status() == 202) cancel_upload(*state_->talk, upload_location(*state_->talk, question, reply));
    return reply.status() == 201;
  } catch (const Error& error) {  // no token for the other repository: it is a matter of sending
    if (error.code() != Errc::refused) throw;
    return false;
  }
}

std::unique_ptr<BlobUpload> Repository::begin_upload() { return std::make_unique<ResumableUpload>(state_->talk); }

void Repository::put_blob(const Digest& digest, std::string_view bytes) {
  const auto upload = begin_upload();
  upload->write(std::as_bytes(std::span(bytes)));
  upload->commit(digest);
}

}  // namespace occy::registry
