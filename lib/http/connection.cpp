#include "http/connection.hpp"

#include <array>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <charconv>
#include <string_view>

namespace occy::http {

using Stage = ResponseReader::Stage;
using Transfer = DuplexSocket::Transfer;

namespace {

using Expects = ResponseReader::Expects;

Expects expected_for(const std::string& method) {
  return method == "HEAD" || method == "CONNECT" ? Expects::no_body : Expects::body;
}

boost::asio::const_buffer buffer(std::string_view text) { return {text.data(), text.size()}; }

boost::asio::const_buffer buffer(Block bytes) { return {bytes.data(), bytes.size()}; }

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

Connection::Connection(SocketDescriptor socket, Peer peer, const std::stop_token& stop, const Timeouts& timeouts)
    : timeouts_(timeouts), socket_(std::move(socket), std::move(peer), stop) {}

void Connection::begin(const Request& request, const Framing& framing, Block body) {
  const result<std::string> head = write_request_head(request, framing);
  if (head.has_error()) socket_.peer().fail(Errc::bad_text, {{}, "request cannot be sent", {}, head.error().message});
  request_body_ = framing.body;
  stops_sending_ = false;
  body_is_whole_ = framing.body != Framing::Body::chunked;
  reader_.emplace(expected_for(request.method));
  // From now on the answer is listened for: it may come before the request was sent.
  listen();
  write({buffer(*head), buffer(body)});
}

/// Hands what was read to the reader; listens again as long as there is no header.
void Connection::listen() {
  take_what_was_read();
  if (reader_->stage() == Stage::header && socket_.reading() == Transfer::none) socket_.start_read(reader_->space());
}

void Connection::take_what_was_read() {
  using Ending = ResponseReader::Ending;
  const bool in_header = reader_->stage() == Stage::header;
  if (socket_.reading() == Transfer::done) reader_->received(socket_.take_read());
  if (in_header) limit_header();
  if (socket_.reading() == Transfer::closed)
    reader_->ended(socket_.read_error() == boost::asio::error::eof ? Ending::orderly : Ending::broken);
}

/// A server that has begun to answer has done its work: what is left of the header does not trickle in. After an
/// interim answer it has not begun.
void Connection::limit_header() {
  if (!reader_->is_in_header())
    socket_.set_end(std::nullopt);
  else if (!socket_.end())
    socket_.set_end(std::chrono::steady_clock::now() + timeouts_.response);
}

bool Connection::answer_begun() {
  listen();
  return reader_->stage() != Stage::header;
}

Sent Connection::write(const DuplexSocket::Pieces& pieces) {
  if (stops_sending_) return Sent::answered;
  socket_.start_write(pieces);
  socket_.run_until([this] { return answer_begun() || socket_.writing() != Transfer::under_way; }, timeouts_.idle,
                    "the server to take the request");
  const bool unfinished = socket_.writing() == Transfer::under_way;
  if (unfinished) socket_.cancel_transfers();
  stops_sending_ = unfinished || reader_->stage() != Stage::header || socket_.writing() == Transfer::closed;
  return stops_sending_ ? Sent::answered : Sent::more;
}

Sent Connection::write_chunk(Block bytes) {
  // An empty chunk would be the last one.
  if (bytes.empty()) return stops_sending_ ? Sent::answered : Sent::more;
  const ChunkHeader header{bytes.size()};
  return write({buffer(header.text()), buffer(bytes), buffer("\r\n")});
}

void Connection::end_chunks() {
  body_is_whole_ = !stops_sending_;
  write({buffer("0\r\n\r\n")});
}

/// A server that takes no more of a request does not work on it: there is nothing to wait for without end.
Patience Connection::shortened(Patience patience) const noexcept {
  return socket_.writing() == Transfer::closed ? Patience::idle : patience;
}

void Connection::wait_for_header(Patience patience) {
  const auto done = [this] { return answer_begun(); };
  if (shortened(patience) == Patience::endless)
    socket_.run_until(done, std::nullopt, "the answer");
  else if (request_body_ == Framing::Body::none)
    socket_.run_until_deadline(done, timeouts_.response, "the answer");
  else
    socket_.run_until(done, timeouts_.idle, "the answer");
  check();
}

void Connection::receive(Patience patience) {
  socket_.start_read(reader_->space());
  socket_.run_until([this] { return socket_.reading() != Transfer::under_way; },
                    shortened(patience) == Patience::idle ? std::optional{timeouts_.idle} : std::nullopt,
                    "the rest of the answer");
  take_what_was_read();
}

const Response& Connection::response(Patience patience) {
  wait_for_header(patience);
  return reader_->response();
}

Block Connection::read(Patience patience) {
  wait_for_header(patience);
  while (true) {
    const Block bytes = reader_->body();
    if (!bytes.empty() || reader_->stage() == Stage::complete) return bytes;
    check();
    receive(patience);
  }
}

bool Connection::was_closed_unanswered() const noexcept {
  return reader_ && reader_->stage() == Stage::broken && reader_->is_untouched();
}

bool Connection::is_reusable() const noexcept {
  return reader_ && body_is_whole_ && reader_->keeps_connection() && socket_.reading() == Transfer::none &&
         socket_.writing() == Transfer::done;
}

void Connection::check() const {
  if (reader_->stage() != Stage::broken) return;
  const boost::system::error_code& error = socket_.read_error();
  const std::string why = error && error != boost::asio::error::eof ? error.message() : "";
  // Not a byte: whoever listened there is gone, and has refused nothing.
  const Errc code = reader_->is_untouched() ? Errc::unreachable : Errc::refused;
  // An alert of TLS before the answer is not chance: no certificate was shown, or not a good one. Later, a record was
  // spoilt on its way.
  const bool is_alert = reader_->is_untouched() && error.category() == boost::asio::error::get_ssl_category();
  if (reader_->is_cut() && !is_alert) socket_.peer().fail_for_now(code, {{}, reader_->fault(), {}, why});
  socket_.peer().fail(code, {{}, reader_->fault(), {}, why});
}

}  // namespace occy::http
