#include "http/response_reader.hpp"

#include <boost/beast/http/parser.hpp>
#include <cstring>
#include <optional>

#include "io/file.hpp"

namespace occy::http {
namespace {

namespace beast = boost::beast;

/// Engines send below 1 KiB, registries with long tokens below 16 KiB.
constexpr std::uint32_t kHeaderLimit = 64 * 1024;

/// Real answers have 20. Each one costs more memory than its bytes.
constexpr std::size_t kFieldLimit = 256;

/// A server that sends nothing but interim answers is not one that works.
constexpr int kInterimLimit = 16;

/// A body that is not stored but lent: each put() leaves a view of the received bytes.
struct LentBody {
  using value_type = Block;

  class reader {
   public:
    template <bool isRequest, class Fields>
    reader(beast::http::header<isRequest, Fields>&, Block& lent) : lent_(lent) {}

    void init(const boost::optional<std::uint64_t>&, beast::error_code& ec) { ec = {}; }

    template <class Buffers>
    std::size_t put(const Buffers& buffers, beast::error_code& ec) {
      ec = {};
      const boost::asio::const_buffer bytes = *boost::asio::buffer_sequence_begin(buffers);
      lent_ = {static_cast<const std::byte*>(bytes.data()), bytes.size()};
      return bytes.size();
    }

    void finish(beast::error_code& ec) { ec = {}; }

   private:
    Block& lent_;
  };
};

using Parser = beast::http::response_parser<LentBody>;

Response to_response(const Parser& parser) {
  Response response;
  response.status = parser.get().result_int();
  for (const auto& field : parser.get())
    response.fields.emplace_back(std::string{field.name_string()}, std::string{field.value()});
  return response;
}

/// What the parser alone would let pass.
std::string header_fault(const Parser& parser) {
  const unsigned version = parser.get().version();
  if (version != 10 && version != 11) return "the answer is not HTTP/1.x";
  if (parser.get().result_int() == 101) return "the server switches to another protocol";
  if (static_cast<std::size_t>(std::distance(parser.get().begin(), parser.get().end())) > kFieldLimit)
    return "more than " + std::to_string(kFieldLimit) + " header fields";
  const auto coding = parser.get().find(beast::http::field::transfer_encoding);
  if (coding != parser.get().end() && !beast::iequals(coding->value(), "chunked"))
    return "transfer coding that was not asked for: " + std::string{coding->value()};
  if (parser.get().count(beast::http::field::transfer_encoding) > 1) return "two fields Transfer-Encoding";
  return {};
}

std::string parse_fault(const beast::error_code& ec) {
  if (ec == beast::http::error::header_limit || ec == beast::http::error::buffer_overflow)
    return "header longer than " + std::to_string(kHeaderLimit) + " bytes";
  return "the answer is not HTTP/1.x: " + ec.message();
}

/// RFC 8446, 5.1: an alert of TLS 1.x, which a server sends that was spoken to in plain text.
bool is_tls_alert(const std::byte* bytes, std::size_t size) {
  return size >= 2 && bytes[0] == std::byte{0x15} && bytes[1] == std::byte{0x03};
}

}  // namespace

struct ResponseReader::State {
  // Not set to zero first, as a vector would be. NOLINTNEXTLINE(*-avoid-c-arrays)
  std::unique_ptr<std::byte[]> buffer = std::make_unique_for_overwrite<std::byte[]>(io::kBlockSize);
  std::size_t begin = 0;
  std::size_t end = 0;

  std::optional<Parser> parser;
  Expects expects;
  int interim = 0;
  bool untouched = true;
  bool cut = false;
  Stage stage = Stage::header;
  Response response;
  std::string fault;

  explicit State(Expects what) : expects(what) { renew_parser(); }

  void renew_parser() {
    parser.emplace();
    parser->header_limit(kHeaderLimit);
    parser->body_limit(boost::none);
    parser->skip(expects == Expects::no_body);
  }

  void fail(std::string why) {
    stage = Stage::broken;
    fault = std::move(why);
  }

  void fail_cut(std::string why) {
    cut = true;
    fail(std::move(why));
  }

  enum class Progress { yes, needs_more };

  /// Lets the parser take one step: the header, a chunk's header, or a run of the body.
  Progress step() {
    beast::error_code ec;
    const std::size_t taken = parser->put(boost::asio::const_buffer{buffer.get() + begin, end - begin}, ec);
    begin += taken;
    if (ec == beast::http::error::need_more) return Progress::needs_more;
    if (ec) fail(parse_fault(ec));
    return Progress::yes;
  }

  void parse_header() {
    if (stage == Stage::header && is_tls_alert(buffer.get() + begin, end - begin))
      return fail("the server speaks TLS, not plain HTTP");
    while (stage == Stage::header && begin < end && step() == Progress::yes)
      if (stage == Stage::header && parser->is_header_done()) header_done();
  }

  void header_done() {
    if (std::string why = header_fault(*parser); !why.empty()) return fail(std::move(why));
    if (parser->get().result_int() / 100 == 1) return skip_interim();
    response = to_response(*parser);
    stage = parser->is_done() ? Stage::complete : Stage::body;
  }

  void skip_interim() {
    if (++interim > kInterimLimit) return fail("more than " + std::to_string(kInterimLimit) + " interim answers");
    renew_parser();
  }
};

ResponseReader::ResponseReader(Expects expects) : state_(std::make_unique<State>(expects)) {}
ResponseReader::~ResponseReader() = default;

ResponseReader::Stage ResponseReader::stage() const noexcept { return state_->stage; }
const Response& ResponseReader::response() const noexcept { return state_->response; }
const std::string& ResponseReader::fault() const noexcept { return state_->fault; }
bool ResponseReader::is_untouched() const noexcept { return state_->untouched; }

bool ResponseReader::is_in_header() const noexcept {
  return state_->stage == Stage::header && state_->begin < state_->end;
}

bool ResponseReader::keeps_connection() const noexcept {
  const State& s = *state_;
  return s.stage == Stage::complete && s.begin == s.end && s.parser->keep_alive();
}

bool ResponseReader::is_cut() const noexcept { return state_->cut; }

std::span<std::byte> ResponseReader::space() {
  State& s = *state_;
  // Left over is at most the beginning of a header or of a chunk's header: the body is always taken whole.
  if (s.begin > 0) {
    std::memmove(s.buffer.get(), s.buffer.get() + s.begin, s.end - s.begin);
    s.end -= s.begin;
    s.begin = 0;
  }
  return {s.buffer.get() + s.end, io::kBlockSize - s.end};
}

void ResponseReader::received(std::size_t bytes) {
  state_->end += bytes;
  state_->untouched = false;
  state_->parse_header();
  if (state_->end - state_->begin == io::kBlockSize && state_->stage == Stage::header)
    state_->fail("header without end");
}

void ResponseReader::ended(Ending ending) {
  State& s = *state_;
  if (s.stage == Stage::complete || s.stage == Stage::broken) return;
  if (s.stage == Stage::header)
    return s.fail_cut(s.untouched ? "closed the connection without an answer" : "the answer ends inside its header");
  beast::error_code ec;
  s.parser->put_eof(ec);
  if (ec || !s.parser->is_done() || ending == Ending::broken)
    return s.fail_cut("the answer is cut: its body ends before its framing says so");
  s.stage = Stage::complete;
}

Block ResponseReader::body() {
  State& s = *state_;
  Block& lent = s.parser->get().body();
  lent = {};
  while (s.stage == Stage::body && lent.empty() && s.begin < s.end)
    if (s.step() == State::Progress::needs_more) break;
  if (s.stage == Stage::body && s.parser->is_done()) s.stage = Stage::complete;
  if (s.stage == Stage::body && lent.empty() && s.end - s.begin == io::kBlockSize) s.fail("chunk header without end");
  return lent;
}

}  // namespace occy::http
