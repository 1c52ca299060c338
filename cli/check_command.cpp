#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "commands.hpp"
#include "json_report.hpp"
#include "occy/check.hpp"
#include "opener.hpp"
#include "progress_view.hpp"
#include "streams.hpp"
#include "text_report.hpp"

namespace occy::cli {
namespace {

struct CheckArguments {
  std::string source;
  CheckDepth depth = CheckDepth::full;
};

// The source's name for the image, and its tag; the URI where it has none, or could not be read.
std::pair<std::string, std::string> name_and_tag(ImageInput& input, const std::string& uri) {
  try {
    const auto& references = input.describe().references;
    if (references.empty()) return {uri, ""};
    Reference name = references.front();
    const std::string tag = std::exchange(name.tag, "");
    return {name.str(), tag};
  } catch (const Error&) {
    return {uri, ""};
  }
}

// What check() will say better.
ImageDescription description_or_nothing(ImageInput& input) {
  try {
    return input.describe();
  } catch (const Error&) {
    return {};
  }
}

CheckResults check_image(ImageInput& input, const CheckArguments& arguments, const Settings& settings, unsigned jobs) {
  const auto view = make_progress_view(settings, description_or_nothing(input));
  return check(input, {.depth = arguments.depth, .jobs = jobs, .progress = view.get()});
}

Exit run_check(const CheckArguments& arguments, const Settings& settings) {
  Opener opener(settings, {arguments.source});
  const auto input = opener.input(arguments.source);
  const CheckResults results = check_image(*input, arguments, settings, opener.jobs());
  if (settings.format == Format::json) {
    const auto [image, tag] = name_and_tag(*input, without_login(arguments.source));
    write_data(check_json(results, arguments.depth, image, tag));
  } else {
    write_data(findings_text(results, settings.voice));
  }
  if (settings.voice != Settings::Voice::quiet)
    say("Summary: " + counted(results.error_count(), "error") + ", " + counted(results.warning_count(), "warning") +
        "\n");
  return results.has_errors() ? Exit::failed : Exit::done;
}

}  // namespace

void add_check_command(CLI::App& program, const Settings& settings, Exit& exit) {
  CLI::App* command = program.add_subcommand("check", "Say everything that is wrong with an image");
  auto arguments = std::make_shared<CheckArguments>();
  add_source(*command, arguments->source);
  command->add_flag_callback(
      "--fast", [arguments] { arguments->depth = CheckDepth::fast; }, "Read no layer");
  command->footer(
      "Examples:\n"
      "  occy check tar://debian.tar\n"
      "  occy check docker://debian:12 --fast -O json");
  command->callback([arguments, &settings, &exit] { exit = run_check(*arguments, settings); });
}

}  // namespace occy::cli
