#include "interrupt.hpp"

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <system_error>

namespace occy::cli {
namespace {

// Those of the three that were not ignored when the process began.
sigset_t watched_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action {};
    ::sigaction(signal, nullptr, &action);
    if (action.sa_handler != SIG_IGN) sigaddset(&set, signal);
  }
  return set;
}

[[noreturn]] void die_of(int signal) {
  (void)std::signal(signal, SIG_DFL);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal);
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  (void)std::raise(signal);
  std::_Exit(128 + signal);
}

}  // namespace

struct Interrupt::State {
  sigset_t signals = watched_signals();
  sigset_t mask_before{};
  int signal_descriptor = -1;
  int wake_descriptor = -1;
  std::atomic<int> signal = 0;
  std::atomic<bool> clean = false;
};

Interrupt::Interrupt() : state_(std::make_unique<State>()) {
  ::pthread_sigmask(SIG_BLOCK, &state_->signals, &state_->mask_before);
  state_->signal_descriptor = ::signalfd(-1, &state_->signals, SFD_CLOEXEC);
  state_->wake_descriptor = ::eventfd(0, EFD_CLOEXEC);
  try {
    watcher_ = std::jthread([this](const std::stop_token& done) { watch(done); });
  } catch (const std::system_error&) {
    ::pthread_sigmask(SIG_SETMASK, &state_->mask_before, nullptr);
  }
}

Interrupt::~Interrupt() {
  watcher_.request_stop();
  (void)::eventfd_write(state_->wake_descriptor, 1);
  if (watcher_.joinable()) watcher_.join();
  ::close(state_->signal_descriptor);
  ::close(state_->wake_descriptor);
  ::pthread_sigmask(SIG_SETMASK, &state_->mask_before, nullptr);
}

void Interrupt::watch(const std::stop_token& done) {
  std::array<pollfd, 2> waits = {pollfd{.fd = state_->signal_descriptor, .events = POLLIN, .revents = 0},
                                 pollfd{.fd = state_->wake_descriptor, .events = POLLIN, .revents = 0}};
  while (!done.stop_requested()) {
    if (::poll(waits.data(), waits.size(), -1) <= 0 || (waits[0].revents & POLLIN) == 0) continue;
    signalfd_siginfo info{};
    if (::read(state_->signal_descriptor, &info, sizeof info) != sizeof info) continue;
    const int signal = static_cast<int>(info.ssi_signo);
    const bool second = state_->signal.exchange(signal) != 0;
    if (second || state_->clean) die_of(signal);
    stop_.request_stop();
  }
}

void Interrupt::nothing_left_to_clean() {
  state_->clean = true;
  die_if_signalled();
}

void Interrupt::die_if_signalled() const {
  if (const int signal = state_->signal; signal != 0) die_of(signal);
}

}  // namespace occy::cli
