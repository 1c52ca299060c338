#include "http/client.hpp"

#include <algorithm>

#include "http/connection_pool.hpp"
#include "http/proxy_tunnel.hpp"

namespace occy::http {
namespace {

/// What is cheaper to read than a new connection is to make.
constexpr std::size_t kDrainLimit = std::size_t{64} * 1024;
constexpr std::chrono::seconds kDrainTime{1};

/// Bytes in a millisecond: slower than any line that images go over.
constexpr std::size_t kLeastRate = 4;

class PooledAnswer final : public Answer {
 public:
  PooledAnswer(std::shared_ptr<ConnectionPool> pool, std::unique_ptr<Connection> connection, const Call& call)
      : Answer(connection->timeouts()),
        pool_(std::move(pool)),
        connection_(std::move(connection)),
        purpose_{call.url.origin, call.certificates},
        url_(call.url),
        side_(call.side),
        response_(connection_->response()) {}
  PooledAnswer(const PooledAnswer&) = delete;
  PooledAnswer& operator=(const PooledAnswer&) = delete;

  ~PooledAnswer() override {
    try {
      if (connection_ != nullptr) give_back();
    } catch (const std::bad_alloc&) {
      connection_.reset();
    }
  }

  [[nodiscard]] const Response& response() const noexcept override { return response_; }
  [[nodiscard]] const Url& url() const noexcept override { return url_; }
  [[nodiscard]] Side side() const noexcept override { return side_; }

  [[nodiscard]] Block read() override {
    if (connection_ == nullptr) return {};
    const Block bytes = connection_->read();
    if (bytes.empty()) give_back();
    return bytes;
  }

 protected:
  void set_end(Clock::time_point end) override {
    if (connection_ != nullptr) connection_->socket().set_end(end);
  }

 private:
  void give_back() {
    if (connection_->is_reusable()) {
      connection_->rest();
      pool_->keep(purpose_, std::move(connection_));
    }
    connection_.reset();
  }

  std::shared_ptr<ConnectionPool> pool_;
  std::unique_ptr<Connection> connection_;
  Purpose purpose_;
  Url url_;
  Side side_;
  Response response_;
};

bool has_body_by_nature(const std::string& method) { return method == "POST" || method == "PUT" || method == "PATCH"; }

/// Of a part of an upload the server may have kept some, and would have that twice. Who sends parts asks first what has
/// arrived.
///
/// What was deleted is not there when it is to be deleted again, and only who knows of the first time knows why.
bool may_be_repeated(const Call& call) { return call.request.method != "PATCH" && call.request.method != "DELETE"; }

/// A proxy is told the whole URL (RFC 9112, 3.2.2).
std::string target_prefix(const Call& call, const Proxy* proxy) {
  return proxy == nullptr ? "" : "http://" + host_field(call.url.origin);
}

Framing::Body body_of(const Call& call) {
  const bool has_body = !call.body.empty() || has_body_by_nature(call.request.method);
  return has_body ? Framing::Body::length : Framing::Body::none;
}

Framing framing_of(const Call& call, const Proxy* proxy, Framing::Body body) {
  return {.body = body,
          .length = call.body.size(),
          .connection = Framing::Connection::keep,
          .host = host_field(call.url.origin),
          .target_prefix = target_prefix(call, proxy)};
}

Request request_of(const Call& call, const Proxy* proxy) {
  Request request = call.request;
  request.target = call.url.target;
  request.fields.emplace_back("Accept-Encoding", "identity");
  if (proxy != nullptr && !proxy->authorization.empty())
    request.fields.emplace_back("Proxy-Authorization", proxy->authorization);
  return request;
}

/// A body in another coding is not the bytes that a digest is of. Of an error only words are lost.
void refuse_coded(Connection& connection, const Response& response) {
  const std::string_view coding = response.field("Content-Encoding");
  if (coding.empty() || coding == "identity" || response.status / 100 != 2) return;
  connection.socket().peer().fail(
      Errc::refused, {{}, "an answer in a coding that was not asked for", "identity", std::string{coding}});
}

}  // namespace

struct Client::State {
  explicit State(ClientOptions options) : connector(std::move(options)) {}

  class StreamedBody;

  Connector connector;

  /// Shared with the answers: one may be read when the client is gone.
  std::shared_ptr<ConnectionPool> pool = std::make_shared<ConnectionPool>();

  std::unique_ptr<Answer> exchange(std::unique_ptr<Connection>& connection, const Call& call) {
    begin(*connection, call, body_of(call));
    return answer(connection, call);
  }

  void begin(Connection& connection, const Call& call, Framing::Body body) {
    const Proxy* const proxy = connector.spoken_to(call.url.origin);
    connection.begin(request_of(call, proxy), framing_of(call, proxy, body), call.body);
  }

  std::unique_ptr<Answer> answer(std::unique_ptr<Connection>& connection, const Call& call) {
    const Proxy* const proxy = connector.spoken_to(call.url.origin);
    const Response& response = connection->response();
    if (proxy != nullptr) refuse_unknown_user(response, *proxy, call.side);
    refuse_coded(*connection, response);
    return std::make_unique<PooledAnswer>(pool, std::move(connection), call);
  }

  /// Null when there is none.
  std::unique_ptr<Connection> take_kept(const Call& call) {
    std::unique_ptr<Connection> connection = pool->take({call.url.origin, call.certificates});
    if (connection != nullptr) connection->socket().set_peer({host_field(call.url.origin), call.side});
    return connection;
  }

  std::unique_ptr<Connection> connect(const Call& call) {
    return connector.connect({call.url.origin, call.certificates}, call.side);
  }

  /// Null when the server has left.
  std::unique_ptr<Answer> exchange_over_kept(std::unique_ptr<Connection> connection, const Call& call) {
    try {
      return exchange(connection, call);
    } catch (const Error&) {
      if (!connection->was_closed_unanswered() || !may_be_repeated(call)) throw;
      return nullptr;
    }
  }
};

class Client::State::StreamedBody final : public RequestBody {
 public:
  StreamedBody(State& state, std::unique_ptr<Connection> connection, Call call)
      : state_(state), connection_(std::move(connection)), call_(std::move(call)) {}

  [[nodiscard]] Sent write(Block bytes) override { return connection_->write_chunk(bytes); }

  [[nodiscard]] std::unique_ptr<Answer> finish() override {
    connection_->end_chunks();
    return state_.answer(connection_, call_);
  }

 private:
  State& state_;
  std::unique_ptr<Connection> connection_;
  Call call_;
};

void Answer::read_into(std::string& body, std::uint64_t cap) {
  const Clock::time_point begin = Clock::now();
  while (body.size() <= cap) {
    set_end(begin + patience_ + std::chrono::milliseconds{body.size() / kLeastRate});
    const Block bytes = read();
    if (bytes.empty()) return;
    body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
}

std::string Answer::read_all(std::uint64_t cap) {
  std::string body;
  read_into(body, cap);
  if (body.size() > cap)
    throw Error{Errc::limit, side(), {shown(url()), "answer longer than " + std::to_string(cap) + " bytes"}};
  return body;
}

std::string Answer::read_what_comes(std::uint64_t cap) {
  std::string body;
  try {
    read_into(body, cap);
  } catch (const Error& error) {
    if (error.code() == Errc::cancelled) throw;
  }
  body.resize(std::min<std::uint64_t>(body.size(), cap));
  return body;
}

void Answer::drain() noexcept {
  try {
    std::size_t drained = 0;
    set_end(Clock::now() + kDrainTime);
    for (Block bytes = read(); !bytes.empty() && drained < kDrainLimit; bytes = read()) drained += bytes.size();
  } catch (const std::exception&) {
    return;  // nobody wants these bytes
  }
}

Client::Client(ClientOptions options) : state_(std::make_unique<State>(std::move(options))) {}
Client::~Client() = default;

std::unique_ptr<Answer> Client::send(const Call& call) {
  if (std::unique_ptr<Connection> kept = state_->take_kept(call))
    if (std::unique_ptr<Answer> answer = state_->exchange_over_kept(std::move(kept), call)) return answer;
  std::unique_ptr<Connection> connection = state_->connect(call);
  return state_->exchange(connection, call);
}

std::unique_ptr<RequestBody> Client::begin(const Call& call) {
  std::unique_ptr<Connection> connection = state_->take_kept(call);
  if (connection == nullptr) connection = state_->connect(call);
  state_->begin(*connection, call, Framing::Body::chunked);
  return std::make_unique<State::StreamedBody>(*state_, std::move(connection), call);
}

}  // namespace occy::http
