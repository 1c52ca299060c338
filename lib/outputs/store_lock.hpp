// outputs/store_lock.hpp: one writer at a time in a directory that several processes write.
#pragma once

#include <stop_token>

#include "io/file.hpp"

namespace occy::outputs {

/// Held until the end of its life. The lock (flock) lies on the directory itself, so that it leaves no file behind, and
/// ends with its process.
class StoreLock {
 public:
  /// Waits for other writers: each holds the lock while it publishes, which takes as long as some renames. Throws Error
  /// (side: output): Errc::timed_out after a minute, Errc::cancelled after a stop request, Errc::destination, with a
  /// hint, where the file system has no locks.
  StoreLock(const io::File& directory, const std::stop_token& stop);

 private:
  io::File directory_;
};

}  // namespace occy::outputs
