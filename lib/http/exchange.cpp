#include "http/exchange.hpp"

#include <algorithm>

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

void Exchange::read_into(std::string& body, std::uint64_t cap) {
  while (body.size() <= cap) {
    const Block bytes = read();
    if (bytes.empty()) return;
    body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
}

std::string Exchange::read_all(std::uint64_t cap) {
  std::string body;
  read_into(body, cap);
  if (body.size() > cap)
    state_->connection.socket().peer().fail(Errc::limit, {{}, "answer longer than " + std::to_string(cap) + " bytes"});
  return body;
}

std::string Exchange::read_what_comes(std::uint64_t cap) {
  std::string body;
  try {
    read_into(body, cap);
  } catch (const Error& error) {
    if (error.code() != Errc::refused) throw;
  }
  body.resize(std::min<std::uint64_t>(body.size(), cap));
  return body;
}

}  // namespace occy::http
