// support/request_reader.hpp: reads requests of HTTP/1.1 from whatever brings their bytes; for servers of tests.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "support/fake_engine.hpp"

namespace occy::test {

/// Believes what it reads: the client is ours.
class RequestReader {
 public:
  /// Appends what has come, after waiting for it. False at the end.
  using Receive = std::function<bool(std::string&)>;

  explicit RequestReader(Receive receive) : receive_(std::move(receive)) {}

  /// False when the client left before the header's end.
  [[nodiscard]] bool read_header(FakeRequest& request);

  /// Reads the body until its end, or until there are `enough` bytes of it.
  void read_body(FakeRequest& request, std::size_t enough);

  /// Reads and forgets until the client closes.
  void wait_for_close();

 private:
  [[nodiscard]] bool read_until(std::string_view mark, std::string& text);
  void take(std::string& into, std::size_t bytes, std::size_t enough);
  void read_chunks(FakeRequest& request, std::size_t enough);

  Receive receive_;
  std::string received_;
};

}  // namespace occy::test
