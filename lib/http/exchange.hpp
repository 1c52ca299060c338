// http/exchange.hpp: one request and its response over a connection of its own.
//
// Synchronous outside; inside, Asio watches the socket in both directions at once, so that a server that answers before
// it has read the whole body is heard, and a stop request or a timeout ends any wait.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>

#include "http/message.hpp"
#include "occy/digest.hpp"
#include "occy/error.hpp"
#include "occy/limits.hpp"

namespace occy::http {

/// How to reach a server, and how long to wait for it.
struct Endpoint {
  std::filesystem::path socket;
  Timeouts timeouts = {};
  std::stop_token stop = {};

  /// Who asks: the side of every Error.
  Side side = Side::input;
};

/// How long a wait may last without a byte.
enum class Patience {
  idle,     ///< Timeouts::idle (or ::response for the header of a bodiless request)
  endless,  ///< the server works; only a stop request or a closed connection ends the wait
};

/// One exchange, used by one thread. Errors: Errc::unreachable (with the socket's path and the reason: not there, no
/// permission, not a socket, refused), Errc::timed_out, Errc::cancelled, Errc::refused when what came is not HTTP/1.x
/// or its framing is broken or ends early.
class Exchange {
 public:
  /// Connects.
  explicit Exchange(const Endpoint& endpoint);
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  /// Sends a request without a body.
  void send(const Request& request);

  /// Begins a request with a chunked body.
  void begin(const Request& request);

  using Sent = http::Sent;

  /// Sends one chunk. Survives a peer that closes (EPIPE, ECONNRESET): that is `answered`.
  [[nodiscard]] Sent write(Block bytes);

  /// Ends the chunked body with its last chunk. Not called: the server sees an unfinished body when the exchange is
  /// destroyed.
  void finish_body();

  /// The header of the answer; waits for it. After Sent::answered without any answer: Errc::refused, "closed the
  /// connection".
  [[nodiscard]] const Response& response(Patience patience = Patience::idle);

  /// The next bytes of the answer's body, decoded from chunks; valid until the next call; empty at its proper end. A
  /// body that is cut is an Error. Waits for the header first, where response() did not.
  [[nodiscard]] Block read(Patience patience = Patience::idle);

  /// The whole body. Throws Errc::limit above `cap`.
  [[nodiscard]] std::string read_all(std::uint64_t cap);

  /// What comes of the body, `cap` bytes at most, also where it is cut: of an error, a part says more than nothing.
  [[nodiscard]] std::string read_what_comes(std::uint64_t cap);

 private:
  /// Appends to `body` until that has more than `cap` bytes, or all.
  void read_into(std::string& body, std::uint64_t cap);

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace occy::http
