// cli/help.hpp: what --help prints.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace occy::cli {

/// One row for each option, with its default and its environment variable. The options of the program work after a
/// sub-command too, so the help of each shows them. An option's text (CLI::Option::option_text) stands for its names.
class HelpFormatter final : public CLI::FormatterBase {
 public:
  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override;
};

}  // namespace occy::cli
