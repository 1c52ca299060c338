// registry/conversation.hpp: requests to one repository, said again until they are answered.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/client.hpp"
#include "registry/address.hpp"
#include "registry/error_body.hpp"
#include "registry/retry.hpp"
#include "registry/session.hpp"

namespace occy::registry {

/// What is asked. Everything borrowed outlives the answer.
struct Question {
  std::string method = "GET";
  http::Url url = {};
  std::vector<std::pair<std::string, std::string>> fields = {};
  Block body = {};
  Scope scope = {};

  /// What it is about: the subject of Errors.
  std::string subject = {};

  /// Who asks. Servers other than the registry are never told.
  enum class As { account, nobody } as = As::account;
};

struct Reply {
  std::unique_ptr<http::Answer> answer = {};

  /// What an answer from status 400 on had to say; its body is read.
  ErrorBody error = {};

  /// Whether what was told 401 may be asked for again, with another login than it was asked with.
  enum class Login { used, renewed } login = Login::used;

  [[nodiscard]] unsigned status() const noexcept { return answer->response().status; }
  [[nodiscard]] std::string_view field(std::string_view name) const noexcept { return answer->response().field(name); }
};

/// A question whose body is sent as it comes. Destroyed before it is finished: the registry sees that the body is not
/// whole.
struct BegunQuestion {
  Question question;
  std::string authorization;
  std::unique_ptr<http::RequestBody> body;
};

/// An answer that is read whole.
struct Document {
  Reply reply;
  std::string body = {};  ///< below status 300
};

/// Threads: may be used by several at once.
class Conversation {
 public:
  Conversation(std::shared_ptr<RegistrySession::State> session, Address address);

  [[nodiscard]] const Address& address() const noexcept { return address_; }
  [[nodiscard]] RegistrySession::State& session() const noexcept { return *session_; }
  [[nodiscard]] const Limits& limits() const noexcept { return session_->options.limits; }

  /// "/v2/NAME/" and `path`, which is encoded already. About the whole image, until its subject is changed.
  [[nodiscard]] Question question(std::string method, std::string_view path, Scope::Access access) const;

  /// "registry://registry.example/library/debian@sha256:…".
  [[nodiscard]] std::string name_of(const Digest& digest) const;

  /// Asks, and asks again after failures that may pass, as often as `tries` allows. GET and HEAD follow redirects. The
  /// status of the answer is the caller's to judge.
  [[nodiscard]] Reply ask(const Question& question, Tries& tries) const;
  [[nodiscard]] Reply ask(const Question& question) const;

  /// Asks once; again only with a new token. Throws what http::Client throws: about() makes Errors of it.
  [[nodiscard]] Reply ask_once(const Question& question) const;

  /// Begins to ask, once; the body, empty in the question, is what send_more() is given. Throw what http::Client
  /// throws.
  [[nodiscard]] BegunQuestion begin(Question question) const;

  /// What it returns: http::RequestBody::write().
  [[nodiscard]] http::RequestBody::Sent send_more(BegunQuestion& begun, Block bytes) const;

  /// Never asks again by itself: the body is gone.
  [[nodiscard]] Reply finish(BegunQuestion& begun) const;

  /// As ask(), and reads the body, `cap` bytes at most; one that breaks is asked for again.
  [[nodiscard]] Document read(const Question& question, std::uint64_t cap) const;

  /// Why it is worth another try; missing when it is not.
  [[nodiscard]] std::optional<Tries::Reason> may_pass(const Reply& reply) const;

  /// The wait that the server asks for.
  [[nodiscard]] static std::optional<std::chrono::milliseconds> wait_asked_for(const Reply& reply);

  /// The same failure, with the subject of the question.
  [[nodiscard]] Error about(const Question& question, const Error& error) const;

  /// Throws what an answer means that is no success. `missing`: what 404 means.
  [[noreturn]] void refuse(const Question& question, const Reply& reply, const char* missing) const;

 private:
  [[nodiscard]] bool speaks_as_account(const Question& question) const noexcept;
  [[nodiscard]] std::string authorization_in_turn(const Question& question) const;
  [[nodiscard]] http::Call prepare(const Question& question, const std::string& authorization) const;
  [[nodiscard]] Reply send(const Question& question, const std::string& authorization) const;
  [[nodiscard]] Reply reply_of(const Question& question, std::unique_ptr<http::Answer> answer,
                               const std::string& authorization) const;
  [[nodiscard]] bool renews_login(const Question& question, const Reply& reply, const std::string& used) const;
  [[nodiscard]] ErrorBody read_error(http::Answer& answer, const std::string& authorization) const;
  [[noreturn]] void refuse_access(const Question& question, const Reply& reply) const;

  std::shared_ptr<RegistrySession::State> session_;
  Address address_;
};

}  // namespace occy::registry
