// http/duplex_socket.hpp: one connected socket, watched in both directions at once.
//
// With exchange.cpp the only place that sees Asio. A generic stream socket: TCP joins by another way to connect.
#pragma once

#include <array>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>

#include "http/exchange.hpp"

namespace occy::http {

/// At most one read and one write are under way; run_until() lets them happen.
///
/// Errc::timed_out and Errc::cancelled close the socket first: nothing of the caller's memory is in use afterwards.
class DuplexSocket {
 public:
  /// Connects.
  explicit DuplexSocket(const Endpoint& endpoint);
  DuplexSocket(const DuplexSocket&) = delete;
  DuplexSocket& operator=(const DuplexSocket&) = delete;

  /// `closed`: the peer closed its side or reset the connection, or the transfer was given up.
  enum class Transfer { none, under_way, done, closed };

  /// Begins to read what comes, at least one byte, into memory that must stay.
  void start_read(std::span<std::byte> into);
  [[nodiscard]] Transfer reading() const noexcept { return reading_; }

  /// The outcome of a read that is done; another one may then be started.
  [[nodiscard]] std::size_t take_read() noexcept;

  /// Begins to write all of the pieces, one after the other; their memory must stay until the write is no longer under
  /// way.
  using Pieces = std::array<boost::asio::const_buffer, 3>;
  void start_write(const Pieces& pieces);
  [[nodiscard]] Transfer writing() const noexcept { return writing_; }

  /// Ends all transfers that are under way.
  void cancel_transfers();

  /// Runs until `done()`. `idle`: how long to wait while no byte moves, without a value for ever; `what` is what was
  /// waited for, for the message. Throws Errc::timed_out, Errc::cancelled.
  using Idle = std::optional<std::chrono::milliseconds>;
  void run_until(const std::function<bool()>& done, Idle idle, const char* what);

  /// As above, but with one limit for all of it.
  void run_until_deadline(const std::function<bool()>& done, std::chrono::milliseconds limit, const char* what);

  /// Throws an Error about this server.
  [[noreturn]] void fail(Errc code, std::string what, std::string found = {}) const;

 private:
  using Clock = std::chrono::steady_clock;
  enum class Deadline { moves_with_bytes, fixed };

  void run(const std::function<bool()>& done, Idle limit, Deadline deadline, const char* what);

  /// False when `end` came first.
  [[nodiscard]] bool run_one_before(std::optional<Clock::time_point> end);
  void continue_write();
  [[noreturn]] void give_up(Errc code, std::string what, std::string found = {});

  struct Wake {
    boost::asio::io_context& io;
    void operator()() const {
      boost::asio::post(io, [] {});
    }
  };

  Endpoint endpoint_;
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
  boost::asio::generic::stream_protocol::socket socket_{io_};
  Pieces pieces_;
  Transfer reading_ = Transfer::none;
  Transfer writing_ = Transfer::none;
  std::size_t bytes_read_ = 0;
  std::uint64_t bytes_moved_ = 0;
  std::stop_callback<Wake> wake_;
};

}  // namespace occy::http
