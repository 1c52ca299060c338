// io/waiting_source.hpp: the bytes of a pipe, a terminal or a device, whose wait a stop request ends.
#pragma once

#include <stop_token>
#include <vector>

#include "io/file.hpp"
#include "occy/layer.hpp"

namespace occy::io {

/// Everything that a descriptor still has. A read would wait for a writer without end and could not be stopped; so this
/// waits for data or for the stop request, whichever comes first, and then throws Errc::cancelled.
class WaitingSource final : public BlockSource {
 public:
  WaitingSource(File file, std::stop_token stop);

  Block next() override;

 private:
  void wait() const;

  File file_;
  std::stop_token stop_;
  File wake_;  ///< an eventfd that becomes readable with the stop request
  struct Wake {
    int descriptor;
    void operator()() const noexcept;
  };
  std::stop_callback<Wake> callback_;
  std::vector<std::byte> buffer_;
  bool ended_ = false;
};

}  // namespace occy::io
