// io/program.hpp: another program, run to its end.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "occy/error.hpp"

namespace occy::io {

/// What to start. Arguments can be seen by every user of the machine: no secret goes there.
struct Program {
  /// Absolute: nothing is searched for.
  std::filesystem::path path;

  /// After the program's own name.
  std::vector<std::string> arguments = {};

  /// What it reads from its standard input; 4 KiB at most, which a pipe takes at once.
  std::string input = {};
};

/// What it may take.
struct ProgramBounds {
  std::chrono::milliseconds time = std::chrono::seconds{30};
  std::size_t output_bytes = std::size_t{1} << 20U;
  std::stop_token stop = {};
};

struct ProgramResult {
  /// 128 and the signal's number where a signal ended it. Missing where this process ignores SIGCHLD: then the system
  /// keeps it for nobody.
  std::optional<int> exit_code = 0;

  std::string output;

  /// The first 4 KiB of what it wrote to its standard error.
  std::string complaints;
};

/// Runs the program in this process's environment and directory, in a process group of its own: when its time is up, it
/// is killed with all that it started. What it leaves running is not waited for.
///
/// Throws Error (side), whose subject is the path: Errc::io or Errc::not_found when it cannot be started,
/// Errc::timed_out, Errc::cancelled, Errc::limit for too much output or input.
[[nodiscard]] ProgramResult run_program(const Program& program, const ProgramBounds& bounds, Side side);

}  // namespace occy::io
