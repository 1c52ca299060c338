// http/connection.hpp: one connection, and the exchange that is under way on it.
#pragma once

#include <optional>
#include <string>

#include "http/duplex_socket.hpp"
#include "http/exchange.hpp"
#include "http/request_head.hpp"
#include "http/response_reader.hpp"

namespace occy::http {

/// Used by one thread at a time.
class Connection {
 public:
  Connection(SocketDescriptor socket, Peer peer, const std::stop_token& stop, const Timeouts& timeouts);

  [[nodiscard]] DuplexSocket& socket() noexcept { return socket_; }
  [[nodiscard]] const Timeouts& timeouts() const noexcept { return timeouts_; }

  /// Begins an exchange: sends the head and, in one go with it, `body`.
  void begin(const Request& request, const Framing& framing, Block body = {});

  /// One chunk of a chunked body, and the end of all. Survive a peer that closes.
  Sent write_chunk(Block bytes);
  void end_chunks();

  /// As Exchange::response() and Exchange::read().
  const Response& response(Patience patience = Patience::idle);
  [[nodiscard]] Block read(Patience patience = Patience::idle);

  /// Whether the server has closed the connection without one byte of an answer.
  [[nodiscard]] bool was_closed_unanswered() const noexcept;

  /// Whether the exchange is over, so that another one may begin.
  [[nodiscard]] bool is_reusable() const noexcept;

  /// Gives the exchange's memory back, and forgets its limits.
  void rest() {
    reader_.reset();
    socket_.set_end(std::nullopt);
  }

 private:
  void listen();
  Sent write(const DuplexSocket::Pieces& pieces);
  void take_what_was_read();
  void limit_header();
  [[nodiscard]] bool answer_begun();
  [[nodiscard]] Patience shortened(Patience patience) const noexcept;
  void wait_for_header(Patience patience);
  void receive(Patience patience);
  void check() const;

  Timeouts timeouts_;
  Framing::Body request_body_ = Framing::Body::none;
  std::optional<ResponseReader> reader_;
  DuplexSocket socket_;
  bool stops_sending_ = false;  ///< the server takes no more bytes, or has begun to answer
  bool body_is_whole_ = false;  ///< as far as it was asked for; what of it was sent, the socket knows
};

}  // namespace occy::http
