#include "help.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include "text_report.hpp"

namespace occy::cli {
namespace {

constexpr std::size_t kColumn = 32;

// `text` begins in the second column; on a line of its own where the first one is full.
std::string row(const std::string& name, const std::string& text) {
  std::string left = "  " + name;
  if (left.size() + 2 > kColumn) left += "\n" + std::string(kColumn, ' ');
  if (left.size() < kColumn) left.resize(kColumn, ' ');
  return left + text + "\n";
}

// "-j, --parallel N"
std::string option_name(const CLI::Option& option) {
  if (!option.get_option_text().empty()) return option.get_option_text();
  if (option.get_positional()) return option.get_name();
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  const std::string type = option.get_type_name();
  return joined(names) + (type.empty() ? "" : " " + type);
}

std::string option_row(const CLI::Option& option) {
  std::vector<std::string> facts;
  if (!option.get_default_str().empty()) facts.push_back("default: " + option.get_default_str());
  if (!option.get_envname().empty()) facts.push_back("environment: " + option.get_envname());
  std::string text = option.get_description();
  if (!facts.empty()) text += "\n" + std::string(kColumn, ' ') + "(" + joined(facts) + ")";
  return row(option_name(option), text);
}

std::string rows_of(const std::vector<const CLI::Option*>& options) {
  std::string rows;
  for (const CLI::Option* option : options) rows += option_row(*option);
  return rows;
}

std::string argument_rows(const CLI::App& app) {
  return rows_of(app.get_options([](const CLI::Option* option) { return option->get_positional(); }));
}

std::string option_rows(const CLI::App& app) {
  return rows_of(app.get_options([](const CLI::Option* option) { return !option->get_positional(); }));
}

// What a sub-command has from its program: all but --help, which is its own.
std::string inherited_rows(const CLI::App& app) {
  const CLI::App* program = app.get_parent();
  if (program == nullptr) return "";
  const CLI::Option* help = program->get_help_ptr();
  return rows_of(program->get_options([help](const CLI::Option* option) { return option != help; }));
}

std::string command_rows(const CLI::App& app) {
  std::string rows;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    rows += row(command->get_name(), command->get_description());
  return rows;
}

std::string section(std::string_view title, const std::string& rows) {
  return rows.empty() ? "" : "\n" + std::string(title) + ":\n" + rows;
}

std::string usage(const CLI::App& app) {
  const CLI::App* program = app.get_parent();
  if (program == nullptr) return app.get_name() + " COMMAND [OPTION]...";
  std::string text = program->get_name() + " " + app.get_name() + " [OPTION]...";
  for (const CLI::Option* option : app.get_options())
    if (option->get_positional()) text += " " + option->get_name();
  return text;
}

}  // namespace

std::string HelpFormatter::make_help(const CLI::App* app, std::string /*name*/, CLI::AppFormatMode /*mode*/) const {
  return app->get_description() + "\n\nUsage: " + usage(*app) + "\n" + section("Commands", command_rows(*app)) +
         section("Arguments", argument_rows(*app)) + section("Options", option_rows(*app)) +
         section("Options of every command", inherited_rows(*app)) + "\n" + app->get_footer() + "\n";
}

}  // namespace occy::cli
