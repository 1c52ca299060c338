// http/socket_descriptor.hpp: owns a socket until somebody else does.
#pragma once

#include <unistd.h>

#include <utility>

namespace occy::http {

class SocketDescriptor {
 public:
  explicit SocketDescriptor(int number) noexcept : number_(number) {}
  SocketDescriptor(SocketDescriptor&& other) noexcept : number_(other.release()) {}
  SocketDescriptor(const SocketDescriptor&) = delete;
  SocketDescriptor& operator=(SocketDescriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  SocketDescriptor& operator=(const SocketDescriptor&) = delete;
  ~SocketDescriptor() {
    if (number_ >= 0) ::close(number_);
  }

  [[nodiscard]] int get() const noexcept { return number_; }
  [[nodiscard]] int release() noexcept { return std::exchange(number_, -1); }

 private:
  int number_;
};

}  // namespace occy::http
