#include "registry/conversation.hpp"

#include <algorithm>
#include <array>

#include "occy/error.hpp"

namespace occy::registry {
namespace {

// A token has expired, and the new one is for too little: more is no bad luck any more.
constexpr int kMostChallenges = 2;

// What all subjects of errors about images begin with.
constexpr const char* kScheme = "registry://";

constexpr std::array<unsigned, 5> kPassing = {408, 500, 502, 503, 504};

bool is_safe(const std::string& method) { return method == "GET" || method == "HEAD"; }

std::string status_text(const Reply& reply) {
  std::string text = "status " + std::to_string(reply.status());
  if (!reply.error.words.empty()) text += ": " + reply.error.words;
  return text;
}

}  // namespace

Conversation::Conversation(std::shared_ptr<RegistrySession::State> session, Address address)
    : session_(std::move(session)), address_(std::move(address)) {}

Question Conversation::question(std::string method, std::string_view path, Scope::Access access) const {
  return {.method = std::move(method),
          .url = {.origin = address_.account.origin,
                  .target = "/v2/" + http::encode_path(address_.repository) + "/" + std::string(path)},
          .scope = {.repository = address_.repository, .access = access},
          .subject = address_.name};
}

std::string Conversation::name_of(const Digest& digest) const {
  return kScheme + address_.account.registry + "/" + address_.repository + "@" + digest.str();
}

Reply Conversation::ask(const Question& question, Tries& tries) const {
  while (true) {
    try {
      Reply reply = ask_once(question);
      const auto reason = may_pass(reply);
      if (!reason || !tries.again(*reason, wait_asked_for(reply))) return reply;
    } catch (const http::TransientError& error) {
      if (!tries.again(error, question.url.origin)) throw about(question, error);
    } catch (const Error& error) {
      throw about(question, error);
    }
  }
}

Reply Conversation::ask(const Question& question) const {
  Tries tries(*session_);
  return ask(question, tries);
}

Reply Conversation::ask_once(const Question& question) const {
  for (int challenges = 0;; ++challenges) {
    const std::string used = authorization_in_turn(question);
    Reply reply = send(question, used);
    if (challenges == kMostChallenges || !renews_login(question, reply, used)) return reply;
  }
}

BegunQuestion Conversation::begin(Question question) const {
  std::string used = authorization_in_turn(question);
  auto body = session_->client.begin(prepare(question, used));
  return {.question = std::move(question), .authorization = std::move(used), .body = std::move(body)};
}

http::RequestBody::Sent Conversation::send_more(BegunQuestion& begun, Block bytes) const {
  session_->sent_bytes += bytes.size();
  return begun.body->write(bytes);
}

Reply Conversation::finish(BegunQuestion& begun) const {
  Reply reply = reply_of(begun.question, begun.body->finish(), begun.authorization);
  if (renews_login(begun.question, reply, begun.authorization)) reply.login = Reply::Login::renewed;
  return reply;
}

Document Conversation::read(const Question& question, std::uint64_t cap) const {
  Tries tries(*session_);
  while (true) {
    Document document{.reply = ask(question, tries)};
    if (document.reply.status() >= 300) return document;
    try {
      document.body = document.reply.answer->read_all(cap);
      session_->received_bytes += document.body.size();
      return document;
    } catch (const http::TransientError& error) {
      if (!tries.again(error, question.url.origin)) throw about(question, error);
    } catch (const Error& error) {
      throw about(question, error);
    }
  }
}

std::optional<Tries::Reason> Conversation::may_pass(const Reply& reply) const {
  const unsigned status = reply.status();
  if (status == 429 || reply.error.has("TOOMANYREQUESTS")) return Tries::Reason::told_to_wait;
  if (std::find(kPassing.begin(), kPassing.end(), status) != kPassing.end()) return Tries::Reason::failure;
  // A storage that was redirected to lets in for a while only; asked anew, the registry signs anew.
  const bool elsewhere = reply.answer->url().origin != address_.account.origin;
  if (elsewhere && (status == 401 || status == 403)) return Tries::Reason::failure;
  return std::nullopt;
}

std::optional<std::chrono::milliseconds> Conversation::wait_asked_for(const Reply& reply) {
  return parse_retry_after(reply.field("Retry-After"), std::chrono::system_clock::now());
}

bool Conversation::speaks_as_account(const Question& question) const noexcept {
  return question.as == Question::As::account && question.url.origin == address_.account.origin;
}

/// After the wait: a token may end while others have their turn.
std::string Conversation::authorization_in_turn(const Question& question) const {
  session_->limiter.wait(question.url.origin, session_->options.stop);
  return speaks_as_account(question) ? session_->authorizer.authorization(address_.account, question.scope)
                                     : std::string();
}

/// After 401 from the registry itself: whether it is worth asking again.
bool Conversation::renews_login(const Question& question, const Reply& reply, const std::string& used) const {
  return speaks_as_account(question) && reply.status() == 401 &&
         reply.answer->url().origin == address_.account.origin &&
         session_->authorizer.challenged(address_.account, question.scope, reply.answer->response(), used);
}

/// Counted.
http::Call Conversation::prepare(const Question& question, const std::string& authorization) const {
  http::Call call{.url = question.url,
                  .request = {.method = question.method, .target = {}, .fields = question.fields},
                  .body = question.body,
                  .certificates = address_.account.certificates,
                  .side = address_.account.side};
  if (question.as == Question::As::nobody) call.certificates = http::Call::Certificates::verified;
  if (!authorization.empty()) call.request.fields.emplace_back("Authorization", authorization);
  ++session_->requests;
  return call;
}

Reply Conversation::send(const Question& question, const std::string& authorization) const {
  const http::Call call = prepare(question, authorization);
  session_->sent_bytes += question.body.size();
  return reply_of(question, is_safe(question.method) ? session_->client.fetch(call) : session_->client.send(call),
                  authorization);
}

Reply Conversation::reply_of(const Question& question, std::unique_ptr<http::Answer> answer,
                             const std::string& authorization) const {
  Reply reply{.answer = std::move(answer)};
  session_->known_servers.note(question.url.origin);
  if (reply.status() >= 400) reply.error = read_error(*reply.answer, authorization);
  return reply;
}

ErrorBody Conversation::read_error(http::Answer& answer, const std::string& authorization) const {
  const std::string body = answer.read_what_comes(limits().error_body_bytes);
  session_->received_bytes += body.size();
  return parse_error_body(body, Secrets::in_authorization(authorization), limits());
}

Error Conversation::about(const Question& question, const Error& error) const {
  ErrorDetail detail = error.detail();
  if (error.code() == Errc::cancelled || detail.subject.starts_with(kScheme)) return error;
  const bool is_known =
      detail.subject.empty() || detail.subject.find(http::host_field(address_.account.origin)) != std::string::npos;
  if (!is_known) detail.what = detail.subject + ": " + detail.what;
  detail.subject = question.subject;
  return {error.code(), address_.account.side, std::move(detail)};
}

void Conversation::refuse(const Question& question, const Reply& reply, const char* missing) const {
  const unsigned status = reply.status();
  if (status == 401 || status == 403) refuse_access(question, reply);
  ErrorDetail detail{.subject = question.subject, .what = "the registry refused", .found = status_text(reply)};
  if (status < 400) detail.what = "the registry gave an unexpected answer";
  if (may_pass(reply) == Tries::Reason::told_to_wait) detail.what = "the registry has had too many requests";
  if (status != 404) throw Error(Errc::refused, address_.account.side, std::move(detail));
  detail.what = reply.error.has("NAME_UNKNOWN") ? "no such repository" : missing;
  detail.found = reply.error.words;
  throw Error(Errc::not_found, address_.account.side, std::move(detail));
}

void Conversation::refuse_access(const Question& question, const Reply& reply) const {
  const std::string who = speaks_as_account(question) ? session_->authorizer.who(address_.account, question.scope)
                                                      : std::string("anonymous");
  throw Error(Errc::refused, address_.account.side,
              {.subject = question.subject,
               .what = (reply.status() == 401 ? "not authorized as " : "access denied to ") + who,
               .found = status_text(reply),
               .hint = "of a repository that is not there, many registries say the same"});
}

}  // namespace occy::registry
