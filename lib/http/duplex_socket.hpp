// http/duplex_socket.hpp: one connected socket, watched in both directions at once.
//
// Unix, TCP or TLS: the ways to connect differ, and what a Stream makes of the bytes.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>

#include "http/peer.hpp"
#include "http/socket_descriptor.hpp"
#include "http/stream.hpp"

namespace occy::http {

class TlsContext;

/// At most one read and one write are under way; run_until() lets them happen.
///
/// Errc::timed_out and Errc::cancelled close the socket first: nothing of the caller's memory is in use afterwards.
class DuplexSocket {
 public:
  /// Takes over a socket that is connected and does not block.
  DuplexSocket(SocketDescriptor socket, Peer peer, std::stop_token stop);
  DuplexSocket(const DuplexSocket&) = delete;
  DuplexSocket& operator=(const DuplexSocket&) = delete;

  /// Goes on in TLS. `host` is what the certificate must be for. Throws Errc::unreachable, saying why, and
  /// Errc::timed_out after `limit`.
  void secure(const TlsContext& context, const std::string& host, std::chrono::milliseconds limit);

  /// Who is at the other end from now on, and who asks.
  void set_peer(Peer peer) { peer_ = std::move(peer); }

  /// Who errors are about.
  [[nodiscard]] const Peer& peer() const noexcept { return peer_; }

  /// Whether nothing has come, not even the end: what must hold for a kept connection to be of use.
  [[nodiscard]] bool is_quiet();

  /// `closed`: the peer closed its side or reset the connection, or the transfer was given up.
  enum class Transfer { none, under_way, done, closed };

  /// Begins to read what comes, at least one byte, into memory that must stay.
  void start_read(std::span<std::byte> into);
  [[nodiscard]] Transfer reading() const noexcept { return reading_; }

  /// The outcome of a read that is done; another one may then be started.
  [[nodiscard]] std::size_t take_read() noexcept;

  /// Why the last read is Transfer::closed; boost::asio::error::eof when the peer has ended properly.
  [[nodiscard]] const boost::system::error_code& read_error() const noexcept { return read_error_; }

  /// Begins to write all of the pieces, one after the other; their memory must stay until the write is no longer under
  /// way.
  using Pieces = Stream::Pieces;
  void start_write(const Pieces& pieces);
  [[nodiscard]] Transfer writing() const noexcept { return writing_; }

  /// Ends all transfers that are under way.
  void cancel_transfers();

  /// Runs until `done()`. `idle`: how long to wait while no byte moves, without a value for ever; `what` is what was
  /// waited for, for the message. Throws Errc::timed_out, Errc::cancelled.
  ///
  /// Over TCP each byte counts that came to this machine or left it: a record of TLS takes long on a slow line before
  /// there is anything to read, and what the system has taken to send is not sent yet.
  using Idle = std::optional<std::chrono::milliseconds>;
  void run_until(const std::function<bool()>& done, Idle idle, const char* what);

  /// What is waited for from now on must come before `end`, however the bytes trickle in; none: no such limit.
  using End = std::optional<std::chrono::steady_clock::time_point>;
  void set_end(End end) noexcept { end_ = end; }
  [[nodiscard]] End end() const noexcept { return end_; }

  /// As above, but with one limit for all of it.
  void run_until_deadline(const std::function<bool()>& done, std::chrono::milliseconds limit, const char* what);

 private:
  using Clock = std::chrono::steady_clock;
  enum class Deadline { moves_with_bytes, fixed };

  void run(const std::function<bool()>& done, Idle limit, Deadline deadline, const char* what);

  /// False when `end` came first.
  [[nodiscard]] bool run_one_before(End end);
  void continue_write();
  [[noreturn]] void fail_too_slow(const char* what);
  [[noreturn]] void fail_timed_out(std::chrono::milliseconds limit, const char* what);
  [[noreturn]] void fail_cancelled();
  void close();

  struct Wake {
    boost::asio::io_context& io;
    void operator()() const {
      boost::asio::post(io, [] {});
    }
  };

  Peer peer_;
  std::stop_token stop_;
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
  std::unique_ptr<Stream> stream_;
  Pieces pieces_;
  boost::system::error_code read_error_;
  Transfer reading_ = Transfer::none;
  Transfer writing_ = Transfer::none;
  std::size_t bytes_read_ = 0;
  std::uint64_t bytes_moved_ = 0;
  End end_;
  std::stop_callback<Wake> wake_;
};

}  // namespace occy::http
