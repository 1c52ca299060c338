#include "io/waiting_source.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace occy::io {
namespace {

File make_event(Side side) {
  const int descriptor = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (descriptor < 0) throw_system_error(errno, side, "eventfd", "cannot create");
  return {descriptor, "eventfd", side};
}

}  // namespace

void WaitingSource::Wake::operator()() const noexcept {
  // The counter cannot overflow with one write, so that this cannot fail.
  [[maybe_unused]] const int result = ::eventfd_write(descriptor, 1);
}

WaitingSource::WaitingSource(File file, std::stop_token stop)
    : file_(std::move(file)),
      stop_(std::move(stop)),
      wake_(make_event(file_.side())),
      callback_(stop_, Wake{wake_.descriptor()}),
      buffer_(kBlockSize) {}

Block WaitingSource::next() {
  // Once ended, always: a fifo would begin anew with its next writer.
  while (!ended_) {
    wait();
    const ssize_t count = ::read(file_.descriptor(), buffer_.data(), buffer_.size());
    ended_ = count == 0;
    if (count >= 0) return Block(buffer_).first(static_cast<std::size_t>(count));
    if (errno != EINTR && errno != EAGAIN) throw_system_error(errno, file_.side(), file_.path(), "cannot read");
  }
  return {};
}

void WaitingSource::wait() const {
  std::array<pollfd, 2> waits = {pollfd{.fd = file_.descriptor(), .events = POLLIN, .revents = 0},
                                 pollfd{.fd = wake_.descriptor(), .events = POLLIN, .revents = 0}};
  while (::poll(waits.data(), waits.size(), -1) < 0)
    if (errno != EINTR) throw_system_error(errno, file_.side(), file_.path(), "cannot wait");
  if (stop_.stop_requested())
    throw Error(Errc::cancelled, file_.side(), {.subject = file_.path(), .what = "cancelled"});
}

}  // namespace occy::io
