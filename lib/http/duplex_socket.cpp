#include "http/duplex_socket.hpp"

#include <sys/socket.h>

#include <boost/asio/buffer.hpp>

#include "http/unix_socket.hpp"

namespace occy::http {
namespace {

namespace asio = boost::asio;

/// Takes `bytes` away from the front; true while something is left.
bool advance(DuplexSocket::Pieces& pieces, std::size_t bytes) {
  std::size_t left = 0;
  for (asio::const_buffer& piece : pieces) {
    const std::size_t taken = std::min(bytes, piece.size());
    piece += taken;
    bytes -= taken;
    left += piece.size();
  }
  return left > 0;
}

std::string seconds(std::chrono::milliseconds time) {
  const auto tenths = time.count() / 100;
  return std::to_string(tenths / 10) + (tenths % 10 == 0 ? "" : "." + std::to_string(tenths % 10)) + " s";
}

}  // namespace

DuplexSocket::DuplexSocket(const Endpoint& endpoint) : endpoint_(endpoint), wake_(endpoint.stop, Wake{io_}) {
  const int descriptor = connect_unix(endpoint);
  socket_.assign(asio::generic::stream_protocol{AF_UNIX, 0}, descriptor);
}

void DuplexSocket::start_read(std::span<std::byte> into) {
  reading_ = Transfer::under_way;
  socket_.async_read_some(asio::buffer(into.data(), into.size()),
                          [this](const boost::system::error_code& error, std::size_t bytes) {
                            reading_ = error ? Transfer::closed : Transfer::done;
                            bytes_read_ = bytes;
                            bytes_moved_ += bytes;
                          });
}

std::size_t DuplexSocket::take_read() noexcept {
  reading_ = Transfer::none;
  return bytes_read_;
}

void DuplexSocket::start_write(const Pieces& pieces) {
  pieces_ = pieces;
  continue_write();
}

void DuplexSocket::continue_write() {
  writing_ = Transfer::under_way;
  socket_.async_write_some(pieces_, [this](const boost::system::error_code& error, std::size_t bytes) {
    bytes_moved_ += bytes;
    if (error)
      writing_ = Transfer::closed;
    else if (advance(pieces_, bytes))
      continue_write();
    else
      writing_ = Transfer::done;
  });
}

void DuplexSocket::cancel_transfers() {
  boost::system::error_code ignored;
  socket_.cancel(ignored);
  while (reading_ == Transfer::under_way || writing_ == Transfer::under_way) io_.run_one();
}

void DuplexSocket::run_until(const std::function<bool()>& done, Idle idle, const char* what) {
  run(done, idle, Deadline::moves_with_bytes, what);
}

void DuplexSocket::run_until_deadline(const std::function<bool()>& done, std::chrono::milliseconds limit,
                                      const char* what) {
  run(done, limit, Deadline::fixed, what);
}

void DuplexSocket::run(const std::function<bool()>& done, Idle limit, Deadline deadline, const char* what) {
  const auto end_from_now = [&] { return limit ? std::optional{Clock::now() + *limit} : std::nullopt; };
  std::optional<Clock::time_point> end = end_from_now();
  std::uint64_t moved = bytes_moved_;
  while (!done()) {
    if (!run_one_before(end))
      give_up(Errc::timed_out, "timed out", "nothing in " + seconds(*limit) + " while waiting for " + what);
    if (deadline == Deadline::moves_with_bytes && std::exchange(moved, bytes_moved_) != bytes_moved_)
      end = end_from_now();
  }
}

bool DuplexSocket::run_one_before(std::optional<Clock::time_point> end) {
  if (endpoint_.stop.stop_requested()) give_up(Errc::cancelled, "cancelled");
  return (end ? io_.run_one_until(*end) : io_.run_one()) != 0;
}

void DuplexSocket::give_up(Errc code, std::string what, std::string found) {
  boost::system::error_code ignored;
  socket_.close(ignored);
  io_.poll();
  fail(code, std::move(what), std::move(found));
}

void DuplexSocket::fail(Errc code, std::string what, std::string found) const {
  throw Error{code, endpoint_.side, {endpoint_.socket.string(), std::move(what), {}, std::move(found), {}}};
}

}  // namespace occy::http
