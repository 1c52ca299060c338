// support/fail_nth.cpp: preloaded into the command (LD_PRELOAD), it makes one system call fail.
//
//   FAIL_WHERE   text that the descriptor's path must contain: a directory, or "socket:"
//   FAIL_NTH     which of these calls fails, from 0
//   FAIL_ERRNO   how: a number of errno
//   FAIL_MARK    a file that is created when the call was reached, with the call's name in it
//
// A socket on which a call fails with ECONNRESET or EPIPE is shut down as well: such a connection is gone for both
// sides.
//
// Calls: read pread write pwrite fsync fdatasync syncfs ftruncate fallocate linkat renameat renameat2 mkdirat fchmod
// fchown futimens send sendmsg recv recvmsg connect.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

long number(const char* name) { return std::strtol(variable(name).c_str(), nullptr, 10); }

// By system calls of its own: the functions of the library are those that are replaced here.
void leave_mark(const char* call) {
  const std::string path = variable("FAIL_MARK");
  const long file = ::syscall(SYS_openat, AT_FDCWD, path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  ::syscall(SYS_write, file, call, std::strlen(call));
  ::syscall(SYS_close, file);
}

bool is_chosen(const std::string& path) {
  static const std::string where = variable("FAIL_WHERE");
  return !where.empty() && path.find(where) != std::string::npos;
}

bool is_the_nth(const char* call) {
  static std::atomic<long> left = number("FAIL_NTH");
  if (left-- != 0) return false;
  leave_mark(call);
  errno = static_cast<int>(number("FAIL_ERRNO"));
  return true;
}

void break_connection(int descriptor, int error) {
  if (error == ECONNRESET || error == EPIPE) ::shutdown(descriptor, SHUT_RDWR);
}

std::string path_of(int descriptor) {
  std::array<char, 4096> path{};
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  const ssize_t size = ::readlink(link.c_str(), path.data(), path.size());
  return size < 0 ? "" : std::string(path.data(), static_cast<std::size_t>(size));
}

bool fails(const char* call, int descriptor) {
  const int saved = errno;
  const bool failing = is_chosen(path_of(descriptor)) && is_the_nth(call);
  const int error = failing ? errno : saved;
  if (failing) break_connection(descriptor, error);
  errno = error;
  return failing;
}

template <class Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

// A function of the C library whose first argument is a descriptor.
#define REPLACE(result, name, parameters, arguments)                         \
  extern "C" __attribute__((visibility("default"))) result name parameters { \
    static const auto real = next<result(*) parameters>(#name);              \
    if (fails(#name, descriptor)) return -1;                                 \
    return real arguments;                                                   \
  }

REPLACE(ssize_t, read, (int descriptor, void* into, size_t size), (descriptor, into, size))
REPLACE(ssize_t, pread, (int descriptor, void* into, size_t size, off_t at), (descriptor, into, size, at))
REPLACE(ssize_t, pread64, (int descriptor, void* into, size_t size, off64_t at), (descriptor, into, size, at))
REPLACE(ssize_t, write, (int descriptor, const void* from, size_t size), (descriptor, from, size))
REPLACE(ssize_t, pwrite, (int descriptor, const void* from, size_t size, off_t at), (descriptor, from, size, at))
REPLACE(ssize_t, pwrite64, (int descriptor, const void* from, size_t size, off64_t at), (descriptor, from, size, at))
REPLACE(int, fsync, (int descriptor), (descriptor))
REPLACE(int, fdatasync, (int descriptor), (descriptor))
REPLACE(int, syncfs, (int descriptor), (descriptor))
REPLACE(int, mkdirat, (int descriptor, const char* name, mode_t mode), (descriptor, name, mode))
REPLACE(int, fchmod, (int descriptor, mode_t mode), (descriptor, mode))
REPLACE(int, fchown, (int descriptor, uid_t user, gid_t group), (descriptor, user, group))
REPLACE(int, futimens, (int descriptor, const timespec times[2]), (descriptor, times))
REPLACE(int, ftruncate, (int descriptor, off_t size), (descriptor, size))
REPLACE(int, ftruncate64, (int descriptor, off64_t size), (descriptor, size))
REPLACE(int, fallocate, (int descriptor, int mode, off_t at, off_t size), (descriptor, mode, at, size))
REPLACE(ssize_t, send, (int descriptor, const void* from, size_t size, int flags), (descriptor, from, size, flags))
REPLACE(ssize_t, sendmsg, (int descriptor, const msghdr* message, int flags), (descriptor, message, flags))
REPLACE(ssize_t, recv, (int descriptor, void* into, size_t size, int flags), (descriptor, into, size, flags))
REPLACE(ssize_t, recvmsg, (int descriptor, msghdr* message, int flags), (descriptor, message, flags))
REPLACE(int, connect, (int descriptor, const sockaddr* address, socklen_t size), (descriptor, address, size))

REPLACE(int, renameat, (int descriptor, const char* from, int to_directory, const char* to),
        (descriptor, from, to_directory, to))

REPLACE(int, renameat2, (int descriptor, const char* from, int to_directory, const char* to, unsigned int flags),
        (descriptor, from, to_directory, to, flags))

REPLACE(int, linkat, (int descriptor, const char* from, int to_directory, const char* to, int flags),
        (descriptor, from, to_directory, to, flags))
