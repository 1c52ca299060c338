#include "support/fake_client.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace occy::test {

FakeClient::~FakeClient() { ::close(socket_); }

FakeClient::Ready FakeClient::wait(short events) const {
  std::array<pollfd, 2> watched{pollfd{socket_, events, 0}, pollfd{wake_, POLLIN, 0}};
  while (::poll(watched.data(), watched.size(), -1) < 0) {
  }
  return watched[1].revents == 0 ? Ready::yes : Ready::never;
}

bool FakeClient::receive(std::string& received) const {
  std::array<char, 64 * 1024> buffer{};
  if (wait(POLLIN) == Ready::never) return false;
  const ssize_t bytes = ::recv(socket_, buffer.data(), buffer.size(), 0);
  if (bytes <= 0) return false;
  received.append(buffer.data(), static_cast<std::size_t>(bytes));
  return true;
}

bool FakeClient::send_piece(std::string_view bytes) {
  while (!bytes.empty()) {
    if (wait(POLLOUT) == Ready::never) return false;
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno != EAGAIN) return false;
    if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void FakeClient::write(const FakeAnswer& answer) {
  const std::size_t piece = answer.piece == 0 ? answer.bytes.size() : answer.piece;
  for (std::size_t at = 0; at < answer.bytes.size(); at += piece) {
    if (!send_piece(std::string_view{answer.bytes}.substr(at, piece))) return;
    if (at + piece < answer.bytes.size()) std::this_thread::sleep_for(answer.pause);
  }
}

}  // namespace occy::test
