#include "http/exchange.hpp"

#include <array>
#include <charconv>

#include "http/duplex_socket.hpp"
#include "http/request_head.hpp"
#include "http/response_reader.hpp"

namespace occy::http {

using Stage = ResponseReader::Stage;
using Transfer = DuplexSocket::Transfer;

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
  explicit State(const Endpoint& endpoint) : timeouts(endpoint.timeouts), socket(endpoint) {}

  Timeouts timeouts;
  RequestBody request_body = RequestBody::none;
  ResponseReader reader;
  DuplexSocket socket;

  /// The peer takes no more bytes, or has begun to answer.
  bool stop_sending = false;

  void begin(const Request& request, RequestBody body) {
    request_body = body;
    const result<std::string> head = write_request_head(request, body);
    if (head.has_error()) socket.fail(Errc::bad_text, "request cannot be sent", head.error().message);
    // From now on the answer is listened for: it may come before the request was sent.
    listen();
    write({buffer(*head)});
  }

  /// Hands what was read to the reader; listens again as long as there is no header.
  void listen() {
    if (socket.reading() == Transfer::done) reader.received(socket.take_read());
    if (socket.reading() == Transfer::closed) reader.ended();
    if (reader.stage() == Stage::header && socket.reading() == Transfer::none) socket.start_read(reader.space());
  }

  [[nodiscard]] bool answer_begun() {
    listen();
    return reader.stage() != Stage::header;
  }

  Sent write(const DuplexSocket::Pieces& pieces) {
    if (stop_sending) return Sent::answered;
    socket.start_write(pieces);
    socket.run_until([this] { return answer_begun() || socket.writing() != Transfer::under_way; }, timeouts.idle,
                     "the server to take the request");
    if (socket.writing() == Transfer::under_way) socket.cancel_transfers();
    stop_sending = reader.stage() != Stage::header || socket.writing() == Transfer::closed;
    return stop_sending ? Sent::answered : Sent::more;
  }

  /// A server that takes no more of a request does not work on it: there is nothing to wait for without end.
  [[nodiscard]] Patience shortened(Patience patience) const noexcept {
    return socket.writing() == Transfer::closed ? Patience::idle : patience;
  }

  void wait_for_header(Patience patience) {
    const auto done = [this] { return answer_begun(); };
    if (shortened(patience) == Patience::endless)
      socket.run_until(done, std::nullopt, "the answer");
    else if (request_body == RequestBody::none)
      socket.run_until_deadline(done, timeouts.response, "the answer");
    else
      socket.run_until(done, timeouts.idle, "the answer");
    check();
  }

  void receive(Patience patience) {
    socket.start_read(reader.space());
    socket.run_until([this] { return socket.reading() != Transfer::under_way; },
                     shortened(patience) == Patience::idle ? std::optional{timeouts.idle} : std::nullopt,
                     "the rest of the answer");
    if (socket.reading() == Transfer::done)
      reader.received(socket.take_read());
    else
      reader.ended();
  }

  void check() const {
    if (reader.stage() != Stage::broken) return;
    // Not a byte: whoever listened there is gone, and has refused nothing.
    socket.fail(reader.is_untouched() ? Errc::unreachable : Errc::refused, reader.fault());
  }
};

Exchange::Exchange(const Endpoint& endpoint) : state_(std::make_unique<State>(endpoint)) {}
Exchange::~Exchange() = default;

void Exchange::send(const Request& request) { state_->begin(request, RequestBody::none); }

void Exchange::begin(const Request& request) { state_->begin(request, RequestBody::chunked); }

Exchange::Sent Exchange::write(Block bytes) {
  if (bytes.empty()) return state_->stop_sending ? Sent::answered : Sent::more;  // an empty chunk would be the last one
  const ChunkHeader header{bytes.size()};
  return state_->write({buffer(header.text()), boost::asio::const_buffer{bytes.data(), bytes.size()}, buffer("\r\n")});
}

void Exchange::finish_body() { state_->write({buffer("0\r\n\r\n")}); }

const Response& Exchange::response(Patience patience) {
  state_->wait_for_header(patience);
  return state_->reader.response();
}

Block Exchange::read(Patience patience) {
  State& s = *state_;
  s.wait_for_header(patience);
  while (true) {
    const Block bytes = s.reader.body();
    if (!bytes.empty() || s.reader.stage() == Stage::complete) return bytes;
    s.check();
    s.receive(patience);
  }
}

std::string Exchange::read_all(std::uint64_t cap) {
  std::string body;
  while (true) {
    const Block bytes = read();
    if (bytes.empty()) return body;
    if (bytes.size() > cap - body.size())
      state_->socket.fail(Errc::limit, "answer longer than " + std::to_string(cap) + " bytes");
    body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
}

}  // namespace occy::http
