#include "outputs/store_lock.hpp"

#include <sys/file.h>

#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>

#include "io/beneath.hpp"
#include "occy/error.hpp"

namespace occy::outputs {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::minutes kPatience{1};
constexpr std::chrono::milliseconds kPause{10};

[[noreturn]] void refuse(Errc code, const io::File& directory, std::string found, std::string hint) {
  throw Error(code, Side::output,
              {.subject = directory.path().string(),
               .what = "cannot lock the directory",
               .expected = {},
               .found = std::move(found),
               .hint = std::move(hint)});
}

// False: another has it.
bool try_to_lock(const io::File& directory) {
  if (::flock(directory.descriptor(), LOCK_EX | LOCK_NB) == 0) return true;
  if (errno == EWOULDBLOCK || errno == EINTR) return false;
  refuse(Errc::destination, directory, std::generic_category().message(errno),
         "write to a new directory, or to a file system that has locks");
}

}  // namespace

// Opened anew, because a lock belongs to what open() made: two outputs of one process exclude each other too.
StoreLock::StoreLock(const io::File& directory, const std::stop_token& stop)
    : directory_(io::open_directory_beneath(directory, "", Side::output)) {
  const auto end = Clock::now() + kPatience;
  while (!try_to_lock(directory_)) {
    if (stop.stop_requested()) refuse(Errc::cancelled, directory, "cancelled", {});
    if (Clock::now() > end) refuse(Errc::timed_out, directory, "another process holds the lock", "try again later");
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace occy::outputs
