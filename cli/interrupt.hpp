// cli/interrupt.hpp: SIGINT, SIGTERM and SIGHUP become a stop request, and, after the clean-up, the end.
#pragma once

#include <memory>
#include <stop_token>
#include <thread>

namespace occy::cli {

/// Takes these signals over as long as it lives, and gives them back afterwards. Signals that were ignored when the
/// process began (nohup, a background job of a plain shell) stay ignored. One at a time; before any other thread
/// starts.
class Interrupt {
 public:
  /// Where no thread can be had, the signals keep their default effect.
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  /// Requested by the first signal. The second one ends the process at once.
  [[nodiscard]] std::stop_token token() const noexcept { return stop_.get_token(); }

  /// From now on a signal, also one that came before, ends the process at once.
  void nothing_left_to_clean();

  /// After a signal: ends the process by it, so that a shell sees 130 for SIGINT. Otherwise returns.
  void die_if_signalled() const;

 private:
  void watch(const std::stop_token& done);

  struct State;
  std::unique_ptr<State> state_;
  std::stop_source stop_;
  std::jthread watcher_;
};

}  // namespace occy::cli
