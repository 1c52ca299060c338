#include "http/duplex_socket.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/ssl/error.hpp>
#include <cerrno>
#include <utility>

#include "http/tls_stream.hpp"

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

DuplexSocket::End earlier(DuplexSocket::End a, DuplexSocket::End b) { return a && b ? std::min(*a, *b) : a ? a : b; }

int family_of(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  return ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0 ? address.ss_family : AF_UNSPEC;
}

/// When a byte last came to this machine, or left it, whether a transfer has told of it or not. One has left when it
/// was sent and something was acknowledged: what is sent to nobody is not, and who takes nothing more is still heard
/// of. Long ago where the system does not say.
std::chrono::steady_clock::time_point last_byte_on_wire(int socket) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return {};
  const auto idle = std::min(info.tcpi_last_data_recv, std::max(info.tcpi_last_data_sent, info.tcpi_last_ack_recv));
  return std::chrono::steady_clock::now() - std::chrono::milliseconds{idle};
}

}  // namespace

DuplexSocket::DuplexSocket(SocketDescriptor socket, Peer peer, std::stop_token stop)
    : peer_(std::move(peer)), stop_(std::move(stop)), wake_(stop_, Wake{io_}) {
  Stream::Socket stream{io_};
  stream.assign({family_of(socket.get()), 0}, socket.get());
  (void)socket.release();
  stream_ = std::make_unique<PlainStream>(std::move(stream));
}

void DuplexSocket::secure(const TlsContext& context, const std::string& host, std::chrono::milliseconds limit) {
  auto tls = std::make_unique<TlsStream>(std::move(stream_->socket()), context, host);
  TlsStream& stream = *tls;
  stream_ = std::move(tls);
  if (!stream.is_ready()) peer_.fail(Errc::unreachable, {{}, "no certificate can be for this name"});
  bool done = false;
  boost::system::error_code outcome;
  stream.shake_hands([&](const boost::system::error_code& error, std::size_t) {
    outcome = error;
    done = true;
  });
  run_until_deadline([&] { return done; }, limit, "the TLS handshake");
  if (!outcome) return;
  // A broken connection may be whole the next time; a certificate will not be better.
  if (outcome.category() == boost::asio::error::get_ssl_category())
    peer_.fail(Errc::unreachable, stream.explain(outcome));
  peer_.fail_for_now(Errc::unreachable, stream.explain(outcome));
}

bool DuplexSocket::is_quiet() {
  char byte = 0;
  const ssize_t peeked = ::recv(stream_->socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return peeked < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

void DuplexSocket::start_read(std::span<std::byte> into) {
  reading_ = Transfer::under_way;
  stream_->read_some(into, [this](const boost::system::error_code& error, std::size_t bytes) {
    reading_ = error ? Transfer::closed : Transfer::done;
    read_error_ = error;
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
  stream_->write_some(pieces_, [this](const boost::system::error_code& error, std::size_t bytes) {
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
  while (reading_ == Transfer::under_way || writing_ == Transfer::under_way) {
    stream_->socket().cancel(ignored);
    io_.run_one();
  }
}

void DuplexSocket::run_until(const std::function<bool()>& done, Idle idle, const char* what) {
  run(done, idle, Deadline::moves_with_bytes, what);
}

void DuplexSocket::run_until_deadline(const std::function<bool()>& done, std::chrono::milliseconds limit,
                                      const char* what) {
  run(done, limit, Deadline::fixed, what);
}

void DuplexSocket::run(const std::function<bool()>& done, Idle limit, Deadline deadline, const char* what) {
  const auto end_from_now = [&]() -> End { return limit ? End{Clock::now() + *limit} : std::nullopt; };
  End end = end_from_now();
  std::uint64_t moved = bytes_moved_;
  while (!done()) {
    if (!run_one_before(earlier(end, end_))) {
      if (end_ && (!end || *end_ <= *end)) fail_too_slow(what);
      if (deadline == Deadline::moves_with_bytes) end = last_byte_on_wire(stream_->socket().native_handle()) + *limit;
      if (*end <= Clock::now()) fail_timed_out(*limit, what);
    }
    if (deadline == Deadline::moves_with_bytes && std::exchange(moved, bytes_moved_) != bytes_moved_)
      end = end_from_now();
  }
}

bool DuplexSocket::run_one_before(End end) {
  if (stop_.stop_requested()) fail_cancelled();
  return (end ? io_.run_one_until(*end) : io_.run_one()) != 0;
}

void DuplexSocket::fail_timed_out(std::chrono::milliseconds limit, const char* what) {
  close();
  peer_.fail_for_now(Errc::timed_out,
                     {{}, "timed out", {}, "nothing in " + seconds(limit) + " while waiting for " + what});
}

void DuplexSocket::fail_too_slow(const char* what) {
  close();
  peer_.fail_for_now(Errc::timed_out,
                     {{}, "timed out", {}, std::string{"bytes came too slowly while waiting for "} + what});
}

void DuplexSocket::fail_cancelled() {
  close();
  peer_.fail(Errc::cancelled, {{}, "cancelled"});
}

void DuplexSocket::close() {
  boost::system::error_code ignored;
  stream_->socket().close(ignored);
  io_.poll();
}

}  // namespace occy::http
