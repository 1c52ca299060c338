// support/fake_server.hpp: a server on loopback, plain or with TLS, that answers with bytes and with faults.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "support/fake_engine.hpp"

namespace occy::test {

/// A request that came, and where.
struct ServedRequest : FakeRequest {
  std::size_t connection = 0;  ///< 0 for the first that was made
  std::string server_name;     ///< what TLS was asked for (SNI)
};

/// What the server does with one request.
struct ServedReply {
  /// On the wire, as they stand.
  std::string bytes = {};

  enum class Then {
    keep,    ///< waits for the next request
    close,   ///< with TLS's last word, where there is TLS
    cut,     ///< without it
    reset,   ///< so that the client sees ECONNRESET
    hold,    ///< says nothing more
    ignore,  ///< nor reads
    spoil,   ///< a record of TLS that was not made with the key, and the end
  } then = Then::keep;

  /// After this reply the connection goes to a TLS server of its own: what a proxy does with CONNECT.
  std::uint16_t tunnel_to = 0;

  /// The tunnel takes so long for each 1,000 bytes.
  std::chrono::milliseconds tunnel_pause{0};

  /// Sent one by one after `bytes`, so far apart.
  std::string trickle = {};
  std::chrono::milliseconds pause{10};
};

/// TLS of the server: PEM files.
struct ServerTls {
  std::filesystem::path certificate = {};
  std::filesystem::path key = {};

  /// Clients must show a certificate of this authority.
  std::filesystem::path client_authority = {};
};

/// Lives on a port of 127.0.0.1 (or of ::1) until it is destroyed. `answer` is called by several threads.
class FakeServer {
 public:
  using Answering = std::function<ServedReply(const ServedRequest&)>;

  /// How many bytes of a request's body to read before it is answered, at least, by its header; without it: all.
  using Reading = std::function<std::size_t(const ServedRequest&)>;

  enum class Family { ipv4, ipv6 };
  explicit FakeServer(Answering answer, ServerTls tls = {}, Family family = Family::ipv4, Reading reading = {});
  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;
  ~FakeServer();

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

  /// All that were read so far.
  [[nodiscard]] std::vector<ServedRequest> requests();
  [[nodiscard]] std::size_t connections();

 private:
  class Client;
  void accept_clients();
  void serve(int socket, std::size_t place);
  void converse(Client& client, std::size_t place);

  Answering answer_;
  Reading reading_;
  std::shared_ptr<void> tls_;
  int listener_;
  std::uint16_t port_ = 0;

  std::mutex mutex_;
  std::vector<ServedRequest> requests_;
  std::vector<int> sockets_;
  std::vector<std::jthread> clients_;
  std::jthread acceptor_;
};

/// An answer with Content-Length, and further fields: "Name: value\r\n…".
[[nodiscard]] std::string make_answer(unsigned status, std::string_view body = {}, std::string_view fields = {});

}  // namespace occy::test
