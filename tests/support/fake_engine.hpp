// support/fake_engine.hpp: a server on a Unix socket that answers with bytes which were recorded, and with faults.
//
// It speaks HTTP as far as it must: it reads requests, and its answers are the bytes of the script, framing and all.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace occy::test {

/// A request that came.
struct FakeRequest {
  std::string line;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;  ///< without its framing
  bool body_finished = false;

  [[nodiscard]] std::string field(std::string_view name) const;
};

/// What the fake does with one request. A reset by the peer is When::before_body with End::close: closing a Unix socket
/// that holds unread bytes is one.
struct FakeAnswer {
  /// Part of the request line that this is for: "GET /_ping", "/images/load". Empty: any.
  std::string request = {};

  /// On the wire, as they stand; see also support/docker_api.hpp. Less than a whole answer is one that is cut.
  std::string bytes = {};

  enum class When {
    after_body,   ///< reads the whole request
    before_body,  ///< reads the header and `body_bytes` of the body
  } when = When::after_body;
  std::size_t body_bytes = 0;

  /// So many bytes at a time with a pause between; 0: all at once.
  std::size_t piece = 0;
  std::chrono::milliseconds pause = {};

  enum class End {
    close,
    hold,  ///< says nothing more, and waits until the client closes; with empty bytes: accepts and never answers
  } end = End::close;

  /// Makes the bytes from what was read of the request, in the place of `bytes`. Called by several threads.
  std::function<std::string(const FakeRequest&)> respond = {};
};

/// Lives on a socket in a directory of its own until it is destroyed. Each answer serves once, in the order of the
/// script; the last one that fits serves again and again. What nothing fits is answered with 404.
class FakeEngine {
 public:
  explicit FakeEngine(std::vector<FakeAnswer> script);
  FakeEngine(const FakeEngine&) = delete;
  FakeEngine& operator=(const FakeEngine&) = delete;
  ~FakeEngine();

  [[nodiscard]] const std::filesystem::path& socket() const noexcept { return socket_; }

  /// In the order of their connections. Waits until `at_least` requests have come and every client has gone.
  [[nodiscard]] std::vector<FakeRequest> requests(std::size_t at_least = 0);

 private:
  void accept_clients();
  void serve(int client, std::size_t place);
  [[nodiscard]] FakeAnswer answer_to(const std::string& line);

  std::filesystem::path directory_;
  std::filesystem::path socket_;
  int listener_;
  int wake_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::pair<FakeAnswer, bool>> script_;
  std::map<std::size_t, FakeRequest> requests_;
  std::size_t arrivals_ = 0;
  std::size_t active_ = 0;

  std::vector<std::jthread> clients_;
  std::jthread acceptor_;
};

/// An answer with Content-Length.
[[nodiscard]] std::string make_response(unsigned status, std::string_view body,
                                        std::string_view content_type = "application/json");

/// An answer in chunks of `chunk` bytes.
[[nodiscard]] std::string make_chunked_response(unsigned status, std::string_view body, std::size_t chunk = 32 * 1024);

/// What Docker answers to GET /_ping.
[[nodiscard]] FakeAnswer docker_ping(std::string_view api_version = "1.51");

}  // namespace occy::test
