#include "support/fake_client.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace occy::test {

FakeClient::~FakeClient() { ::close(socket_); }

FakeClient::Ready FakeClient::wait(short events) const {
  std::array<pollfd, 2> watched{pollfd{socket_, events, 0}, pollfd{wake_, POLLIN, 0}};
  while (::poll(watched.data(), watched.size(), -1) < 0) {
  }
  return watched[1].revents == 0 ? Ready::yes : Ready::never;
}

bool FakeClient::receive() {
  std::array<char, 64 * 1024> buffer{};
  if (wait(POLLIN) == Ready::never) return false;
  const ssize_t bytes = ::recv(socket_, buffer.data(), buffer.size(), 0);
  if (bytes <= 0) return false;
  received_.append(buffer.data(), static_cast<std::size_t>(bytes));
  return true;
}

bool FakeClient::receive_until(std::string_view mark, std::string& text) {
  while (received_.find(mark) == std::string::npos)
    if (!receive()) return false;
  const std::size_t end = received_.find(mark);
  text = received_.substr(0, end);
  received_.erase(0, end + mark.size());
  return true;
}

bool FakeClient::read_header(FakeRequest& request) {
  std::string head;
  if (!receive_until("\r\n\r\n", head)) return false;
  request.line = head.substr(0, head.find("\r\n"));
  for (std::size_t at = request.line.size(); at < head.size();) {
    const std::size_t end = std::min(head.find("\r\n", at + 2), head.size());
    const std::string field = head.substr(at + 2, end - at - 2);
    request.fields.emplace_back(field.substr(0, field.find(": ")), field.substr(field.find(": ") + 2));
    at = end;
  }
  return true;
}

void FakeClient::read_body(FakeRequest& request, std::size_t enough) {
  if (request.field("Transfer-Encoding") == "chunked") return read_chunks(request, enough);
  const std::string length = request.field("Content-Length");
  const std::size_t size = length.empty() ? 0 : std::stoul(length);
  take(request.body, size, enough);
  request.body_finished = request.body.size() == size;
}

/// Takes `bytes`, or less when there are enough of them or the client leaves.
void FakeClient::take(std::string& into, std::size_t bytes, std::size_t enough) {
  const std::size_t end = into.size() + bytes;
  while (into.size() < std::min(end, enough)) {
    if (received_.empty() && !receive()) return;
    const std::size_t taken = std::min(received_.size(), end - into.size());
    into.append(received_, 0, taken);
    received_.erase(0, taken);
  }
}

void FakeClient::read_chunks(FakeRequest& request, std::size_t enough) {
  std::string size;
  while (request.body.size() < enough && receive_until("\r\n", size)) {
    const std::size_t bytes = std::stoul(size, nullptr, 16);
    const std::size_t end = request.body.size() + bytes;
    take(request.body, bytes, enough);
    if (request.body.size() < end || !receive_until("\r\n", size)) return;
    request.body_finished = bytes == 0;
    if (request.body_finished) return;
  }
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

void FakeClient::wait_for_close() {
  while (receive()) received_.clear();
}

}  // namespace occy::test
