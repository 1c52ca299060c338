#include "http/exchange.hpp"

#include "http/connection.hpp"
#include "http/unix_socket.hpp"

namespace occy::http {

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

Exchange::Sent Exchange::write(Block bytes) { return state_->connection.write_chunk(bytes); }

void Exchange::finish_body() { state_->connection.end_chunks(); }

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
