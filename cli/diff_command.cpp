#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "commands.hpp"
#include "diff_report.hpp"
#include "occy/diff.hpp"
#include "opener.hpp"
#include "progress_view.hpp"
#include "streams.hpp"
#include "text_report.hpp"

namespace occy::cli {
namespace {

struct DiffArguments {
  DiffNames sources;
  std::vector<std::string> ignore;
};

// Gathers small pieces.
class DataWriter {
 public:
  void write(std::string_view text) {
    constexpr std::size_t kEnough = std::size_t{64} * 1024;
    text_ += text;
    if (text_.size() > kEnough) flush();
  }

  void flush() {
    write_data(text_);
    text_.clear();
  }

 private:
  std::string text_;
};

std::vector<std::string> aspect_words() {
  std::vector<std::string> words;
  for (const DiffAspect aspect : diff_aspects()) words.emplace_back(to_string(aspect));
  return words;
}

std::vector<DiffAspect> aspects_of(const std::vector<std::string>& words) {
  std::vector<DiffAspect> chosen;
  for (const DiffAspect aspect : diff_aspects())
    if (std::find(words.begin(), words.end(), to_string(aspect)) != words.end()) chosen.push_back(aspect);
  return chosen;
}

ImageDiff compare_images(const DiffArguments& arguments, const Settings& settings) {
  Opener opener(settings, {arguments.sources.a, arguments.sources.b});
  const auto a = opener.input(arguments.sources.a);
  const auto b = opener.input(arguments.sources.b);
  const auto view = make_progress_view(settings, a->describe());
  return diff(*a, *b, {.ignore = aspects_of(arguments.ignore), .jobs = opener.jobs(), .progress = view.get()});
}

Exit run_diff(const DiffArguments& arguments, const Settings& settings) {
  const ImageDiff found = compare_images(arguments, settings);
  DataWriter data;
  const auto write = [&data](std::string_view text) { data.write(text); };
  if (settings.format == Format::json)
    write_diff_json(found, {.a = without_login(arguments.sources.a), .b = without_login(arguments.sources.b)}, write);
  else
    write_diff_text(found, write);
  data.flush();
  return found.equal() ? Exit::done : Exit::different;
}

}  // namespace

void add_diff_command(CLI::App& program, const Settings& settings, Exit& exit, Exit& on_error) {
  CLI::App* command = program.add_subcommand("diff", "Say in what two images differ");
  auto arguments = std::make_shared<DiffArguments>();
  command->add_option("A", arguments->sources.a, "An image, as a source of process")->required();
  command->add_option("B", arguments->sources.b, "The image that it is compared with")->required();
  CLI::Validator known = CLI::IsMember(aspect_words());
  command->add_option("--ignore", arguments->ignore, "What makes no difference: " + joined(aspect_words()))
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(known.description(""))
      ->type_name("ASPECT[,ASPECT]...");
  command->footer(
      "Examples:\n"
      "  occy diff tar://before.tar tar://after.tar\n"
      "  occy diff docker://app:1 docker://app:2 --ignore mtime,layers,created -O json");
  command->callback([arguments, &settings, &exit, &on_error] {
    on_error = Exit::trouble;
    exit = run_diff(*arguments, settings);
  });
}

}  // namespace occy::cli
