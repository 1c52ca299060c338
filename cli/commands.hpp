// cli/commands.hpp: the sub-commands. Each adds its own options and says what to run.
#pragma once

#include "settings.hpp"

namespace occy::cli {

/// Exit codes (docs/command-reference.md).
enum class Exit { done = 0, failed = 1, usage = 2, unverified = 3 };

/// Each adds one sub-command to `program`; when it is the one that was asked for, it runs while the options are parsed
/// to their end, and leaves its exit code in `exit`. All are borrowed until then.
void add_process_command(CLI::App& program, const Settings& settings, Exit& exit);
void add_check_command(CLI::App& program, const Settings& settings, Exit& exit);
void add_info_command(CLI::App& program, const Settings& settings, Exit& exit);

}  // namespace occy::cli
