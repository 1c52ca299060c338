#include "support/fake_server.hpp"

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <stdexcept>
#include <utility>

#include "support/request_reader.hpp"

namespace occy::test {
namespace {

/// Application data, 32 bytes.
constexpr std::string_view kSpoiltRecord{"\x17\x03\x03\x00\x20spoilt spoilt spoilt spoilt spoi", 5 + 32};

sockaddr_in6 loopback6() {
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  return address;
}

sockaddr_in loopback4() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// So that what a client has sent and nobody has read is little.
constexpr int kLittle = 64 * 1024;

template <class Address>
int listen_at(const Address& address, int family, int buffer) {
  const int listener = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (buffer != 0) ::setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || ::listen(listener, 64) != 0)
    throw std::runtime_error("fake server: cannot listen");
  return listener;
}

std::uint16_t port_of(int socket) {
  sockaddr_in6 address{};
  socklen_t size = sizeof address;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin6_port);  // at the same place in both kinds
}

std::shared_ptr<void> make_context(const ServerTls& tls) {
  if (tls.certificate.empty()) return nullptr;
  std::shared_ptr<SSL_CTX> context{SSL_CTX_new(TLS_server_method()), SSL_CTX_free};
  if (SSL_CTX_use_certificate_chain_file(context.get(), tls.certificate.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(context.get(), tls.key.c_str(), SSL_FILETYPE_PEM) != 1)
    throw std::runtime_error("fake server: cannot use its certificate");
  if (tls.client_authority.empty()) return context;
  SSL_CTX_load_verify_locations(context.get(), tls.client_authority.c_str(), nullptr);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  return context;
}

int connect_to(std::uint16_t port) {
  sockaddr_in address = loopback4();
  address.sin_port = htons(port);
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  (void)::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  return socket;
}

/// False at the end.
bool pass_on(int from, int to, std::chrono::milliseconds pause) {
  std::array<char, 1000> buffer{};
  std::this_thread::sleep_for(pause);
  const ssize_t bytes = ::recv(from, buffer.data(), buffer.size(), 0);
  return bytes > 0 && ::send(to, buffer.data(), static_cast<std::size_t>(bytes), MSG_NOSIGNAL) == bytes;
}

void tunnel(int client, std::uint16_t port, std::chrono::milliseconds pause) {
  const int server = connect_to(port);
  std::array<pollfd, 2> watched{pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
  while (::poll(watched.data(), watched.size(), -1) > 0) {
    if (watched[0].revents != 0 && !pass_on(client, server, pause)) break;
    if (watched[1].revents != 0 && !pass_on(server, client, pause)) break;
  }
  ::close(server);
}

}  // namespace

/// The server's side of one connection; blocking.
class FakeServer::Client {
 public:
  Client(int socket, SSL_CTX* context)
      : socket_(socket), ssl_(context == nullptr ? nullptr : SSL_new(context), SSL_free) {
    if (ssl_ == nullptr) return;
    SSL_set_fd(ssl_.get(), socket);
    good_ = SSL_accept(ssl_.get()) == 1;
  }

  [[nodiscard]] bool is_good() const noexcept { return good_; }
  [[nodiscard]] int socket() const noexcept { return socket_; }

  [[nodiscard]] std::string server_name() const {
    const char* name = ssl_ == nullptr ? nullptr : SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
    return name == nullptr ? "" : name;
  }

  /// The end of a handshake of TLS is an empty request: servers of HTTP see at once that it is none.
  bool read_request(FakeRequest& request) { return requests_.read_header(request) || std::exchange(spoke_tls_, false); }

  void read_body(FakeRequest& request, std::size_t enough) { requests_.read_body(request, enough); }

  /// False when the client has left.
  bool write(std::string_view bytes) {
    while (!bytes.empty()) {
      const int size = static_cast<int>(std::min<std::size_t>(bytes.size(), 1U << 20U));
      const ssize_t sent = ssl_ != nullptr ? SSL_write(ssl_.get(), bytes.data(), size)
                                           : ::send(socket_, bytes.data(), static_cast<std::size_t>(size), 0);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  void trickle(std::string_view bytes, std::chrono::milliseconds pause) {
    for (const char& byte : bytes) {
      std::this_thread::sleep_for(pause);
      if (!write({&byte, 1})) return;
    }
  }

  void end(ServedReply::Then then) {
    if (then == ServedReply::Then::close && ssl_ != nullptr) SSL_shutdown(ssl_.get());
    if (then == ServedReply::Then::spoil)
      (void)::send(socket_, kSpoiltRecord.data(), kSpoiltRecord.size(), MSG_NOSIGNAL);
    const linger at_once{1, 0};
    if (then == ServedReply::Then::reset) ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    if (then == ServedReply::Then::hold) requests_.wait_for_close();
    pollfd until_closed{socket_, POLLRDHUP, 0};
    if (then == ServedReply::Then::ignore) ::poll(&until_closed, 1, -1);
  }

 private:
  bool receive(std::string& received) {
    std::array<char, 64 * 1024> buffer{};
    const ssize_t bytes = ssl_ != nullptr ? SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()))
                                          : ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (bytes <= 0) return false;
    received.append(buffer.data(), static_cast<std::size_t>(bytes));
    spoke_tls_ = std::exchange(is_first_, false) && received.front() == '\x16';
    return !spoke_tls_;
  }

  int socket_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
  bool good_ = true;
  bool is_first_ = true;  // nothing has come yet
  bool spoke_tls_ = false;
  RequestReader requests_{[this](std::string& received) { return receive(received); }};
};

FakeServer::FakeServer(Answering answer, ServerTls tls, Family family, Reading reading)
    : answer_(std::move(answer)),
      reading_(std::move(reading)),
      tls_(make_context(tls)),
      listener_(family == Family::ipv4 ? listen_at(loopback4(), AF_INET, reading_ ? kLittle : 0)
                                       : listen_at(loopback6(), AF_INET6, reading_ ? kLittle : 0)),
      port_(port_of(listener_)) {
  acceptor_ = std::jthread{[this] { accept_clients(); }};
}

FakeServer::~FakeServer() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock{mutex_};
    for (const int socket : sockets_)
      if (socket >= 0) ::shutdown(socket, SHUT_RDWR);
  }
  clients_.clear();
  ::close(listener_);
}

void FakeServer::accept_clients() {
  while (true) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    const std::lock_guard lock{mutex_};
    sockets_.push_back(socket);
    clients_.emplace_back([this, socket, place = sockets_.size() - 1] { serve(socket, place); });
  }
}

void FakeServer::serve(int socket, std::size_t place) {
  sigset_t pipe{};
  sigaddset(&pipe, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
  {
    Client client{socket, static_cast<SSL_CTX*>(tls_.get())};
    if (client.is_good()) converse(client, place);
  }
  const std::lock_guard lock{mutex_};
  sockets_[place] = -1;
  ::close(socket);
}

void FakeServer::converse(Client& client, std::size_t place) {
  while (true) {
    ServedRequest request;
    request.connection = place;
    request.server_name = client.server_name();
    if (!client.read_request(request)) return;
    client.read_body(request, reading_ ? reading_(request) : std::string::npos);
    {
      const std::lock_guard lock{mutex_};
      requests_.push_back(request);
    }
    const ServedReply reply = answer_(request);
    if (client.write(reply.bytes)) client.trickle(reply.trickle, reply.pause);
    if (reply.tunnel_to != 0) return tunnel(client.socket(), reply.tunnel_to, reply.tunnel_pause);
    if (reply.then != ServedReply::Then::keep) return client.end(reply.then);
  }
}

std::vector<ServedRequest> FakeServer::requests() {
  const std::lock_guard lock{mutex_};
  return requests_;
}

std::size_t FakeServer::connections() {
  const std::lock_guard lock{mutex_};
  return sockets_.size();
}

std::string make_answer(unsigned status, std::string_view body, std::string_view fields) {
  return "HTTP/1.1 " + std::to_string(status) + " Some Reason\r\n" + std::string{fields} +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string{body};
}

}  // namespace occy::test
