#include "http/exchange.hpp"

#include <array>
#include <charconv>

#include "http/connection.hpp"
#include "http/unix_socket.hpp"

namespace occy::http {
namespace {

boost::asio::const_buffer buffer(std::string_view text) { return {text.data(), text.size()}; }

/// "1a2b\r\n"
class ChunkHeader {
 public:
  explicit ChunkHeader(std::size_t size) {
    char* end = std::to_chars(text_.data(), text_.data() + text_.size() - 2, size, 16).ptr;
    *end++ = '\r';
    *end++ = '\n';
    length_ = static_cast<std::size_t>(end - text_.data());
  }
  [[nodiscard]] std::string_view text() const noexcept { return {text_.data(), length_}; }

 private:
  std::array<char, 2 * sizeof(std::size_t) + 2> text_{};
  std::size_t length_ = 0;
};

}  // namespace

struct Exchange::State {
  explicit State(const Endpoint& endpoint)
      : connection(connect_unix(endpoint), {endpoint.socket.string(), endpoint.side}, endpoint.stop,
                   endpoint.timeouts) {}

  Connection connection;
};

Exchange::Exchange(const Endpoint& endpoint) : state_(std::make_unique<State>(endpoint)) {}
Exchange::~Exchange() = default;

void Exchange::send(const Request& request) { state_->connection.begin(request, {}); }

void Exchange::begin(const Request& request) { state_->connection.begin(request, {Framing::Body::chunked}); }

Exchange::Sent Exchange::write(Block bytes) {
  Connection& connection = state_->connection;
  // An empty chunk would be the last one.
  if (bytes.empty()) return connection.stops_sending() ? Sent::answered : Sent::more;
  const ChunkHeader header{bytes.size()};
  return connection.write(
      {buffer(header.text()), boost::asio::const_buffer{bytes.data(), bytes.size()}, buffer("\r\n")});
}

void Exchange::finish_body() { state_->connection.write({buffer("0\r\n\r\n")}); }

const Response& Exchange::response(Patience patience) { return state_->connection.response(patience); }

Block Exchange::read(Patience patience) { return state_->connection.read(patience); }

std::string Exchange::read_all(std::uint64_t cap) {
  std::string body;
  while (true) {
    const Block bytes = read();
    if (bytes.empty()) return body;
    if (bytes.size() > cap - body.size())
      state_->connection.socket().peer().fail(Errc::limit,
                                              {{}, "answer longer than " + std::to_string(cap) + " bytes"});
    body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
}

}  // namespace occy::http
