// The occy command: options in, library called, reports and exit codes out. No image logic lives here.
#include <CLI/CLI.hpp>
#include <cctype>
#include <csignal>
#include <exception>
#include <memory>
#include <new>
#include <string>

#include "commands.hpp"
#include "help.hpp"
#include "occy/error.hpp"
#include "settings.hpp"
#include "streams.hpp"
#include "text_report.hpp"

namespace occy::cli {
namespace {

void describe_program(CLI::App& program, Settings& settings, Exit& exit, Exit& on_error) {
  program.formatter(std::make_shared<HelpFormatter>());
  program.set_version_flag("--version", "occy " OCCY_VERSION, "Print the version, and end");
  program.set_help_flag("-h,--help", "Print this help, and end");
  program.require_subcommand(1);
  add_settings(program, settings);
  add_process_command(program, settings, exit);
  add_check_command(program, settings, exit);
  add_info_command(program, settings, exit);
  add_diff_command(program, settings, exit, on_error);
  add_search_command(program, settings, exit);
  add_tags_command(program, settings, exit);
  add_digest_command(program, settings, exit);
  for (CLI::App* command : program.get_subcommands({})) command->fallthrough();
  program.footer(
      "Examples:\n"
      "  occy process registry://debian:12 tar://debian.tar\n"
      "  occy check tar://debian.tar");
}

Exit refuse_call(std::string complaint) {
  // CLI11 begins its sentences with a capital letter; names of arguments consist of them.
  if (complaint.size() > 1 && std::islower(static_cast<unsigned char>(complaint[1])) != 0)
    complaint[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(complaint[0])));
  say("occy: " + printable(complaint) + "\nhint: occy --help, occy COMMAND --help\n");
  return Exit::usage;
}

Exit parse_and_run(int argc, char** argv, Exit& on_error) {
  Settings settings;
  Exit exit = Exit::done;
  CLI::App program("Moves container images between registries, engines and archives, and proves what it wrote", "occy");
  describe_program(program, settings, exit, on_error);
  try {
    program.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    write_data(program.help());
  } catch (const CLI::CallForVersion& version) {
    write_data(std::string(version.what()) + "\n");
  } catch (const CLI::RequiredError& error) {
    if (!program.get_subcommands().empty()) return refuse_call(error.what());
    const auto words = program.remaining();
    return refuse_call("no such command: expected process, check, info, diff, search, tags or digest, found " +
                       (words.empty() ? "none" : words.front()));
  } catch (const CLI::ParseError& error) {
    return refuse_call(error.what());
  }
  return exit;
}

Exit exit_after(const Error& error, Exit otherwise) {
  const bool wrong_call =
      error.side() == Side::usage && (error.code() == Errc::bad_text || error.code() == Errc::unsupported);
  return wrong_call ? Exit::usage : otherwise;
}

Exit guarded(int argc, char** argv) {
  Exit on_error = Exit::failed;
  try {
    return parse_and_run(argc, argv, on_error);
  } catch (const Error& error) {
    say(error_text(error));
    return exit_after(error, on_error);
  } catch (const std::bad_alloc&) {
    say("occy: out of memory\n");
  } catch (const std::exception& error) {
    say("occy: " + printable(error.what()) + "\n");
  }
  return on_error;
}

}  // namespace
}  // namespace occy::cli

int main(int argc, char** argv) {
  occy::cli::fill_closed_descriptors();
  // A reader that goes away, or a limit on file sizes, must not end a job half-way: writing is then an error like
  // others.
  (void)std::signal(SIGPIPE, SIG_IGN);
  (void)std::signal(SIGXFSZ, SIG_IGN);
  return static_cast<int>(occy::cli::guarded(argc, argv));
}
