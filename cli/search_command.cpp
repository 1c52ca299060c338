#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "commands.hpp"
#include "match_report.hpp"
#include "occy/search.hpp"
#include "opener.hpp"

namespace occy::cli {
namespace {

struct SearchArguments {
  std::string source;
  SearchOptions options;
  MatchForm form = MatchForm::text;
  Exit exit_if_none = Exit::done;
};

Exit run_search(const SearchArguments& arguments, const Settings& settings) {
  Opener opener(settings, {arguments.source});
  const auto input = opener.input(arguments.source);
  SearchOptions options = arguments.options;
  options.jobs = opener.jobs();
  MatchPrinter printer(settings.format == Format::json ? MatchForm::json : arguments.form);
  const auto take = [&](const SearchedLayer& layer, const SearchMatch& match) { printer.take(layer, match); };
  try {
    const std::size_t found = search(*input, options, take);
    printer.flush();
    return found == 0 ? arguments.exit_if_none : Exit::done;
  } catch (const Error&) {
    // What was found before is true all the same.
    printer.flush();
    throw;
  }
}

void add_scope_options(CLI::App& command, SearchOptions& options) {
  auto* visible = command.add_flag_callback(
      "--visible", [&options] { options.scope = SearchOptions::Scope::visible; }, "Only what a container would see");
  command
      .add_flag_callback(
          "--deleted", [&options] { options.scope = SearchOptions::Scope::deleted; },
          "Only what is in some layer, and gone from the final tree")
      ->excludes(visible);
}

void add_search_options(CLI::App& command, SearchArguments& arguments) {
  command
      .add_option("PATTERN", arguments.options.pattern,
                  "Glob for the path, or, without a slash, for its last component")
      ->required();
  command.add_flag_callback(
      "--regex", [&arguments] { arguments.options.syntax = PatternSyntax::regex; },
      "PATTERN is a regular expression (RE2), found anywhere in the path");
  command
      .add_option("--content", arguments.options.content,
                  "Lines of regular files that PATTERN finds in which this regular expression matches")
      ->type_name("REGEX");
  add_scope_options(command, arguments.options);
  command.add_flag_callback(
      "--script-friendly", [&arguments] { arguments.form = MatchForm::script; },
      "A line for each match, its columns between tabs");
  command.add_flag_callback(
      "--fail-if-none", [&arguments] { arguments.exit_if_none = Exit::failed; }, "Exit code 1 when nothing is found");
}

}  // namespace

void add_search_command(CLI::App& program, const Settings& settings, Exit& exit) {
  CLI::App* command = program.add_subcommand("search", "Find files in the layers of an image");
  auto arguments = std::make_shared<SearchArguments>();
  add_source(*command, arguments->source);
  add_search_options(*command, *arguments);
  command->footer(
      "Examples:\n"
      "  occy search tar://debian.tar '*.pem' --visible\n"
      "  occy search docker://debian:12 'etc/**' --content '^root:' -O json");
  command->callback([arguments, &settings, &exit] { exit = run_search(*arguments, settings); });
}

}  // namespace occy::cli
