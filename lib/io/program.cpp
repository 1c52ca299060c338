#include "io/program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "io/descriptor.hpp"
#include "io/file.hpp"

namespace occy::io {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostInput = std::size_t{4} << 10U;
constexpr std::size_t kMostComplaints = std::size_t{4} << 10U;

// A new pipe's, and so the most that waits in one.
constexpr std::size_t kPipeSize = std::size_t{64} << 10U;

// How often a stop request, the deadline and the program's end are looked for.
constexpr int kTickMilliseconds = 20;

struct Pipe {
  File read_end;
  File write_end;
};

Pipe make_pipe(const std::filesystem::path& path, Side side) {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw_system_error(errno, side, path, "cannot make a pipe to it");
  Pipe pipe{File(above_standard_streams(ends[0]), path, side), File(above_standard_streams(ends[1]), path, side)};
  if (pipe.read_end.descriptor() < 0 || pipe.write_end.descriptor() < 0)
    throw_system_error(errno, side, path, "cannot make a pipe to it");
  return pipe;
}

// The reading end is here still, so that nothing can break, and the pipe is empty: one write takes it all.
File pipe_with(const Program& program, Side side) {
  if (program.input.size() > kMostInput)
    throw Error(Errc::limit, side, {program.path.string(), "more input than a program is given", "4096 bytes"});
  Pipe pipe = make_pipe(program.path, side);
  const ssize_t count = ::write(pipe.write_end.descriptor(), program.input.data(), program.input.size());
  if (count != static_cast<ssize_t>(program.input.size()))
    throw_system_error(count < 0 ? errno : EIO, side, program.path, "cannot write to it");
  return std::move(pipe.read_end);
}

// The standard streams of a program that is to be started.
class FileActions {
 public:
  FileActions() { ::posix_spawn_file_actions_init(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }

  void give(const File& file, int as) { ::posix_spawn_file_actions_adddup2(&actions_, file.descriptor(), as); }
  [[nodiscard]] const posix_spawn_file_actions_t* get() const noexcept { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

// A group of its own, and none of the signal settings that are this process's affair.
class SpawnAttributes {
 public:
  SpawnAttributes() {
    ::posix_spawnattr_init(&attributes_);
    sigset_t signals{};
    ::sigemptyset(&signals);
    ::posix_spawnattr_setsigmask(&attributes_, &signals);
    ::sigaddset(&signals, SIGPIPE);
    ::sigaddset(&signals, SIGCHLD);
    ::posix_spawnattr_setsigdefault(&attributes_, &signals);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  SpawnAttributes(const SpawnAttributes&) = delete;
  SpawnAttributes& operator=(const SpawnAttributes&) = delete;
  ~SpawnAttributes() { ::posix_spawnattr_destroy(&attributes_); }

  [[nodiscard]] const posix_spawnattr_t* get() const noexcept { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

// Input, output and complaints, as the program has them.
using Streams = std::array<File, 3>;

// Keys, sockets of agents and the home directory are found by the environment: a program without it is of no use.
pid_t spawn(const Program& program, const Streams& streams, Side side) {
  std::vector<std::string> words{program.path.string()};
  words.insert(words.end(), program.arguments.begin(), program.arguments.end());
  std::vector<char*> pointers(words.size() + 1);
  std::ranges::transform(words, pointers.begin(), [](std::string& word) { return word.data(); });

  FileActions actions;
  for (int number = STDIN_FILENO; number <= STDERR_FILENO; ++number)
    actions.give(streams.at(static_cast<std::size_t>(number)), number);
  const SpawnAttributes attributes;
  pid_t pid = -1;
  const int error_number =
      ::posix_spawn(&pid, program.path.c_str(), actions.get(), attributes.get(), pointers.data(), environ);
  if (error_number != 0) throw_system_error(error_number, side, program.path, "cannot start");
  return pid;
}

/// A process that was started; killed and waited for when it is left.
class Process {
 public:
  explicit Process(pid_t pid) : pid_(pid) {}
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process() {
    if (ended_) return;
    ::kill(-pid_, SIGKILL);
    while (::waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
    }
  }

  // ECHILD: the system has cleared it away, or somebody else here has waited for it; its number may be another's now.
  [[nodiscard]] bool has_ended() {
    if (ended_) return true;
    const pid_t answer = ::waitpid(pid_, &status_, WNOHANG);
    has_status_ = answer == pid_;
    ended_ = has_status_ || (answer < 0 && errno == ECHILD);
    return ended_;
  }

  [[nodiscard]] std::optional<int> exit_code() const {
    if (!has_status_) return std::nullopt;
    return WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_);
  }

 private:
  pid_t pid_;
  int status_ = 0;
  bool has_status_ = false;
  bool ended_ = false;
};

/// One stream that a program writes.
class Listener {
 public:
  Listener(File from, std::size_t most) : from_(std::move(from)), most_(most) {
    ::fcntl(from_.descriptor(), F_SETFL, O_NONBLOCK);
  }

  [[nodiscard]] pollfd question() const { return {has_ended_ ? -1 : from_.descriptor(), POLLIN, 0}; }
  [[nodiscard]] bool has_ended() const { return has_ended_; }
  [[nodiscard]] bool is_over() const { return is_over_; }
  [[nodiscard]] std::string take() { return std::move(text_); }

  // What is there now: no more than a pipe holds. What goes over is dropped, so that the program goes on.
  void listen() {
    if (has_ended_) return;
    std::array<char, kPipeSize> bytes;  // NOLINT(cppcoreguidelines-pro-type-member-init): read() fills it
    const ssize_t count = ::read(from_.descriptor(), bytes.data(), bytes.size());
    has_ended_ = count == 0;
    if (count <= 0) return;
    const std::size_t fits = std::min(static_cast<std::size_t>(count), most_ - text_.size());
    text_.append(bytes.data(), fits);
    is_over_ = fits < static_cast<std::size_t>(count);
  }

 private:
  File from_;
  std::size_t most_;
  std::string text_;
  bool has_ended_ = false;
  bool is_over_ = false;
};

void wait_for(const Listener& output, const Listener& complaints) {
  std::array<pollfd, 2> questions{output.question(), complaints.question()};
  const bool both_ended = output.has_ended() && complaints.has_ended();
  ::poll(questions.data(), questions.size(), both_ended ? 1 : kTickMilliseconds);
}

// Looks for the end before it listens: nothing comes after the end.
void follow(Process& process, Listener& output, Listener& complaints, const ProgramBounds& bounds,
            const std::filesystem::path& path, Side side) {
  const auto fail = [&](Errc code, std::string what) {
    throw Error(code, side, {.subject = path.string(), .what = std::move(what)});
  };
  const Clock::time_point end = Clock::now() + bounds.time;
  while (true) {
    const bool has_ended = process.has_ended();
    output.listen();
    complaints.listen();
    if (output.is_over()) fail(Errc::limit, "more than " + std::to_string(bounds.output_bytes) + " bytes of output");
    if (has_ended) return;
    if (bounds.stop.stop_requested()) fail(Errc::cancelled, "stopped");
    if (Clock::now() >= end) fail(Errc::timed_out, "did not end within " + std::to_string(bounds.time.count()) + " ms");
    wait_for(output, complaints);
  }
}

}  // namespace

ProgramResult run_program(const Program& program, const ProgramBounds& bounds, Side side) {
  Pipe output = make_pipe(program.path, side);
  Pipe complaints = make_pipe(program.path, side);
  Process process(
      spawn(program, {pipe_with(program, side), std::move(output.write_end), std::move(complaints.write_end)}, side));
  Listener said(std::move(output.read_end), bounds.output_bytes);
  Listener complained(std::move(complaints.read_end), kMostComplaints);
  follow(process, said, complained, bounds, program.path, side);
  return {process.exit_code(), said.take(), complained.take()};
}

}  // namespace occy::io
