// support/fake_client.hpp: the fake engine's side of one connection.
#pragma once

#include <string>
#include <string_view>

#include "support/fake_engine.hpp"
#include "support/request_reader.hpp"

namespace occy::test {

/// Reads requests and writes bytes; gives up when the peer or the fake goes away. Owns the socket.
class FakeClient {
 public:
  FakeClient(int socket, int wake) : socket_(socket), wake_(wake) {}
  FakeClient(const FakeClient&) = delete;
  FakeClient& operator=(const FakeClient&) = delete;
  ~FakeClient();

  [[nodiscard]] RequestReader& requests() noexcept { return requests_; }

  void write(const FakeAnswer& answer);

 private:
  enum class Ready { yes, never };
  [[nodiscard]] Ready wait(short events) const;
  [[nodiscard]] bool receive(std::string& received) const;
  [[nodiscard]] bool send_piece(std::string_view bytes);

  int socket_;
  int wake_;
  RequestReader requests_{[this](std::string& received) { return receive(received); }};
};

}  // namespace occy::test
