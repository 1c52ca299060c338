// cli/commands.hpp: the sub-commands. Each adds its own options and says what to run.
#pragma once

#include "occy/process.hpp"
#include "settings.hpp"

namespace occy::cli {

/// Exit codes (docs/command-reference.md).
enum class Exit {
  done = 0,
  failed = 1,
  usage = 2,
  unverified = 3,

  // Of diff, which answers as diff(1) does: "they differ" must not look like "I could not read them".
  different = 1,
  trouble = 2,
};

/// Each adds one sub-command to `program`; when it is the one that was asked for, it runs while the options are parsed
/// to their end, and leaves its exit code in `exit`. All are borrowed until then.
void add_process_command(CLI::App& program, const Settings& settings, Exit& exit);
void add_check_command(CLI::App& program, const Settings& settings, Exit& exit);
void add_info_command(CLI::App& program, const Settings& settings, Exit& exit);
void add_search_command(CLI::App& program, const Settings& settings, Exit& exit);
void add_tags_command(CLI::App& program, const Settings& settings, Exit& exit);
void add_digest_command(CLI::App& program, const Settings& settings, Exit& exit);

/// `on_error`: the exit code of an exception, from when this command runs.
void add_diff_command(CLI::App& program, const Settings& settings, Exit& exit, Exit& on_error);

/// Of `process`, by how the proof ended.
[[nodiscard]] Exit exit_of(ProcessReport::Outcome outcome);

}  // namespace occy::cli
