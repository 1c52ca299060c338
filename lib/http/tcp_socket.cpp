#include "http/tcp_socket.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>

#include "http/client.hpp"

namespace occy::http {
namespace {

using Instant = std::chrono::steady_clock::time_point;

/// RFC 8305, 5: "Connection Attempt Delay".
constexpr std::chrono::milliseconds kHeadStart{250};

struct Contender {
  SocketDescriptor socket;
  std::size_t address;
};

/// What the system takes beyond what is on the wire. More would only be lost when the other end says no, or breaks off.
constexpr int kMostUnsent = 1 << 20;

void set(int socket, int level, int option, int value = 1) {
  // All only make things better: a refusal is no reason not to talk.
  (void)::setsockopt(socket, level, option, &value, sizeof value);
}

int poll_time(Instant until) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(left.count(), 0, 60'000));
}

/// Addresses that are tried beside each other.
class Race {
 public:
  Race(const TcpEndpoint& endpoint, Instant deadline)
      : endpoint_(endpoint), deadline_(deadline), addresses_(find_addresses(endpoint, deadline)) {}

  SocketDescriptor run() {
    while (true) {
      if (endpoint_.stop.stop_requested()) endpoint_.peer.fail(Errc::cancelled, {{}, "cancelled"});
      const Instant now = std::chrono::steady_clock::now();
      if (now >= deadline_) fail_timed_out();
      if (next_ < addresses_.size() && (running_.empty() || now >= next_start_)) start(now);
      if (running_.empty() && next_ == addresses_.size()) fail_unreachable();
      if (std::optional<SocketDescriptor> winner = wait()) return std::move(*winner);
    }
  }

 private:
  void start(Instant now) {
    const std::size_t place = next_++;
    const Address& address = addresses_[place];
    next_start_ = now + kHeadStart;
    SocketDescriptor socket{::socket(address.bytes.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (socket.get() < 0) return note(place, errno);
    set(socket.get(), IPPROTO_TCP, TCP_NODELAY);
    set(socket.get(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, kMostUnsent);
    set(socket.get(), SOL_SOCKET, SO_KEEPALIVE);
    const int status = ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address.bytes), address.size);
    if (status != 0 && errno != EINPROGRESS && errno != EINTR) return note(place, errno);
    running_.push_back({std::move(socket), place});
  }

  /// The first that is connected, if one is.
  std::optional<SocketDescriptor> wait() {
    if (running_.empty()) return std::nullopt;
    std::vector<pollfd> watched{{wake_.get(), POLLIN, 0}};
    for (const Contender& contender : running_) watched.push_back({contender.socket.get(), POLLOUT, 0});
    const Instant until = next_ < addresses_.size() ? std::min(deadline_, next_start_) : deadline_;
    if (::poll(watched.data(), watched.size(), poll_time(until)) <= 0) return std::nullopt;
    for (std::size_t i = running_.size(); i-- > 0;) {
      if (watched[i + 1].revents == 0) continue;
      Contender contender = std::move(running_[i]);
      running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
      const int error = error_of_connect(contender.socket.get());
      if (error == 0) return std::move(contender.socket);
      note(contender.address, error);
    }
    return std::nullopt;
  }

  static int error_of_connect(int socket) {
    int error = 0;
    socklen_t size = sizeof error;
    return ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
  }

  void note(std::size_t place, int error) {
    refused_ = refused_ || error == ECONNREFUSED;
    const std::string words = std::generic_category().message(error);
    const std::string address = addresses_[place].text();
    found_.append(found_.empty() ? "" : "; ");
    found_.append(address == endpoint_.host ? words : address + ": " + words);
  }

  [[noreturn]] void fail_timed_out() const {
    endpoint_.peer.fail_for_now(Errc::timed_out, {{}, "timed out", {}, "no connection in " + seconds(endpoint_.limit)});
  }

  [[noreturn]] void fail_unreachable() const {
    using Cause = TransientError::Cause;
    throw TransientError{Errc::unreachable,
                         endpoint_.peer.side,
                         {endpoint_.peer.name,
                          "cannot connect",
                          {},
                          found_,
                          refused_ ? "is the server running, and is this its port?" : ""},
                         refused_ ? Cause::refused : Cause::fault};
  }

  struct Wake {
    int descriptor;
    void operator()() const { (void)::eventfd_write(descriptor, 1); }
  };

  const TcpEndpoint& endpoint_;
  Instant deadline_;
  std::vector<Address> addresses_;
  std::size_t next_ = 0;
  Instant next_start_ = {};
  std::vector<Contender> running_;
  std::string found_;
  bool refused_ = false;
  SocketDescriptor wake_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  std::stop_callback<Wake> callback_{endpoint_.stop, Wake{wake_.get()}};
};

}  // namespace

SocketDescriptor connect_tcp(const TcpEndpoint& endpoint) {
  return Race{endpoint, std::chrono::steady_clock::now() + endpoint.limit}.run();
}

}  // namespace occy::http
