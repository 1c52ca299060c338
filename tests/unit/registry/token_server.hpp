// A token server without a network: answers what it was told to, and keeps what it was asked.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

#include "registry/account.hpp"

namespace occy::test {

struct AskedCall {
  std::string url;  ///< with its query
  std::string method;
  std::string authorization;  ///< empty: none
  std::string body;
  http::Call::Certificates certificates = http::Call::Certificates::verified;
};

class TokenServer {
 public:
  /// Gives {"token":"t1"}, {"token":"t2"} …, each good for `lifetime` seconds.
  explicit TokenServer(int lifetime = 300) : lifetime_(lifetime) {}

  /// The next answers, before tokens are given again.
  void answer(unsigned status, std::string body) { planned_.push_back({{.status = status}, std::move(body)}); }

  /// The first request is answered when the second one has come, or else after this time.
  void hold_first_answer(std::chrono::milliseconds most) { held_for_ = most; }

  [[nodiscard]] registry::Ask ask();

  [[nodiscard]] const std::vector<AskedCall>& calls() const { return calls_; }

 private:
  registry::WholeAnswer take(const http::Call& call);

  int lifetime_;
  int tokens_ = 0;
  std::chrono::milliseconds held_for_{0};
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<registry::WholeAnswer> planned_;
  std::vector<AskedCall> calls_;
};

/// An answer 401 with these WWW-Authenticate fields.
[[nodiscard]] http::Response unauthorized(const std::vector<std::string>& challenges);

}  // namespace occy::test
