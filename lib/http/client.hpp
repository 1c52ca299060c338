// http/client.hpp: requests over TCP and TLS, on connections that are kept.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "http/message.hpp"
#include "http/url.hpp"
#include "occy/digest.hpp"
#include "occy/error.hpp"
#include "occy/limits.hpp"
#include "occy/registry.hpp"

namespace occy::http {

struct ClientOptions {
  TlsFiles tls = {};
  Proxies proxies = {};
  Timeouts timeouts = {};
  std::stop_token stop = {};
};

/// One request.
struct Call {
  Url url;

  /// Method and fields; `target` is taken from the URL. Host, User-Agent and Content-Length are added.
  Request request = {};

  /// Sent after the head; borrowed until the answer is there. Methods that have a body by nature (POST, PUT, PATCH) say
  /// "Content-Length: 0" without one.
  Block body = {};

  /// Any certificate is good enough, of this host: redirects to others are verified.
  enum class Certificates { verified, any } certificates = Certificates::verified;

  /// Who asks: the side of every Error.
  Side side = Side::input;
};

/// A failure that another try may not meet: refused and broken connections, silence, a body that is cut. All others
/// (the name is not known, the certificate is not good, what answers does not speak HTTP, a redirect that is not
/// followed) are plain Errors.
class TransientError final : public Error {
 public:
  enum class Cause {
    fault,
    refused,     ///< nobody listens there
    overloaded,  ///< the server has had too many requests
  };
  using Wait = std::optional<std::chrono::milliseconds>;

  TransientError(Errc code, Side side, ErrorDetail detail, Cause cause = Cause::fault, Wait wait = {})
      : Error(code, side, std::move(detail)), cause_(cause), wait_(wait) {}

  [[nodiscard]] Cause cause() const noexcept { return cause_; }

  /// How long the server wants to be left alone, where it says so.
  [[nodiscard]] Wait wait() const noexcept { return wait_; }

 private:
  Cause cause_;
  Wait wait_;
};

/// The answer to one call, used by one thread. Read to its end, its connection is kept for others; destroyed before
/// that, it is closed. May outlive its client.
class Answer {
 public:
  virtual ~Answer() = default;

  [[nodiscard]] virtual const Response& response() const noexcept = 0;

  /// Where the answer is from.
  [[nodiscard]] virtual const Url& url() const noexcept = 0;

  /// Who asked.
  [[nodiscard]] virtual Side side() const noexcept = 0;

  /// The next bytes of the body; valid until the next call; empty at its proper end. A body that is cut, and silence
  /// for longer than Timeouts::idle, are TransientErrors: Errc::refused, Errc::timed_out.
  [[nodiscard]] virtual Block read() = 0;

  /// The whole body. Throws Errc::limit above `cap`, and a TransientError with Errc::timed_out when it has not come
  /// after Timeouts::response and what a slow line needs for its bytes: a document that trickles in is not waited for.
  [[nodiscard]] std::string read_all(std::uint64_t cap);

  /// What comes of the body, `cap` bytes at most and as long as read_all() would wait, however it ends: for an answer
  /// that says something by its status already. Throws Errc::cancelled, and what is no Error.
  [[nodiscard]] std::string read_what_comes(std::uint64_t cap);

  /// Reads what is left when that is little and comes soon, so that the connection can be kept. Never throws.
  void drain() noexcept;

 protected:
  using Clock = std::chrono::steady_clock;

  explicit Answer(const Timeouts& timeouts) : patience_(timeouts.response) {}

  /// A read() that would wait for longer is a TransientError, Errc::timed_out.
  virtual void set_end(Clock::time_point end) = 0;

 private:
  /// Appends to `body` until that has more than `cap` bytes, or all.
  void read_into(std::string& body, std::uint64_t cap);

  std::chrono::milliseconds patience_;
};

/// The body of a request that is sent as it comes, in chunks, by one thread. Destroyed before finish(): the connection
/// is closed, and the server sees that the body is not whole. Its client outlives it.
class RequestBody {
 public:
  virtual ~RequestBody() = default;

  using Sent = http::Sent;

  /// What the server answers, comes from finish(). Throws a TransientError with Errc::timed_out when the server takes
  /// nothing for longer than Timeouts::idle.
  [[nodiscard]] virtual Sent write(Block bytes) = 0;

  /// Ends the body, unless the server has had enough of it, and waits for the header of the answer. Throws as
  /// Client::send(). To be called once.
  [[nodiscard]] virtual std::unique_ptr<Answer> finish() = 0;
};

/// Threads: send(), begin() and fetch() may be called by several at once.
class Client {
 public:
  /// Throws Error (side: usage) when a file of TlsFiles or a proxy's URL cannot be used.
  explicit Client(ClientOptions options);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Sends, and waits for the header of the answer. Follows nothing. A kept connection that the server has closed in
  /// the meantime, before a byte of an answer, is replaced by a new one, once, without a trace; not for PATCH, of which
  /// the server may have kept a part, and DELETE, which the server may have done.
  ///
  /// Errors name the server and the reason: Errc::unreachable (the name does not resolve, refused, no route, TLS: why),
  /// Errc::timed_out, Errc::cancelled, Errc::refused (what came is not HTTP/1.x, its framing is broken, or its body is
  /// in a Content-Encoding). Those that may pass are TransientErrors.
  [[nodiscard]] std::unique_ptr<Answer> send(const Call& call);

  /// Sends the header of a call whose body is still to come; `Call::body` stays empty. Throws as send(). Nothing of it
  /// is ever sent twice.
  [[nodiscard]] std::unique_ptr<RequestBody> begin(const Call& call);

  /// For GET and HEAD: as send(), and follows up to 10 redirects: never from https to http; "Authorization" and
  /// "Cookie" go only to the origin of the first request. Loops, and more redirects: Errc::refused.
  [[nodiscard]] std::unique_ptr<Answer> fetch(Call call);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace occy::http
