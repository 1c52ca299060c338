// support/fake_client.hpp: the fake engine's side of one connection.
#pragma once

#include <string>
#include <string_view>

#include "support/fake_engine.hpp"

namespace occy::test {

/// Reads a request and writes bytes; gives up when the peer or the fake goes away. Owns the socket.
class FakeClient {
 public:
  FakeClient(int socket, int wake) : socket_(socket), wake_(wake) {}
  FakeClient(const FakeClient&) = delete;
  FakeClient& operator=(const FakeClient&) = delete;
  ~FakeClient();

  /// False when the client left before the header's end.
  [[nodiscard]] bool read_header(FakeRequest& request);

  /// Reads the body until its end, or until there are `enough` bytes of it.
  void read_body(FakeRequest& request, std::size_t enough);

  void write(const FakeAnswer& answer);

  /// Reads and forgets until the client closes.
  void wait_for_close();

 private:
  enum class Ready { yes, never };
  [[nodiscard]] Ready wait(short events) const;
  [[nodiscard]] bool receive();
  [[nodiscard]] bool receive_until(std::string_view mark, std::string& text);
  void take(std::string& into, std::size_t bytes, std::size_t enough);
  void read_chunks(FakeRequest& request, std::size_t enough);
  [[nodiscard]] bool send_piece(std::string_view bytes);

  int socket_;
  int wake_;
  std::string received_;
};

}  // namespace occy::test
