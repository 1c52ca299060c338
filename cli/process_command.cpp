#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "commands.hpp"
#include "engine_socket.hpp"
#include "filters.hpp"
#include "interrupt.hpp"
#include "json_report.hpp"
#include "occy/process.hpp"
#include "progress_view.hpp"
#include "streams.hpp"
#include "text_report.hpp"

namespace occy::cli {
namespace {

struct ProcessArguments {
  std::string source;
  std::string destination;
  std::vector<std::string> filters;
  std::string verify = "standard";
};

// Passes on what the job tells, and notes when it is published: from then on an interruption has nothing to clean up.
class PublicationWatch final : public Progress {
 public:
  PublicationWatch(Progress* view, Interrupt& interrupt)
      : view_(view != nullptr ? *view : silence_), interrupt_(interrupt) {}

  void stage_started(Stage stage) override {
    view_.stage_started(stage);
    if (stage == Stage::verifying) interrupt_.nothing_left_to_clean();
  }
  void layer_started(std::size_t number, const LayerInfo& layer) override { view_.layer_started(number, layer); }
  void layer_advanced(std::size_t number, std::uint64_t bytes) override { view_.layer_advanced(number, bytes); }
  void layer_finished(std::size_t number, const LayerRecord& record) override { view_.layer_finished(number, record); }
  void layer_skipped(std::size_t number, const LayerInfo& layer) override { view_.layer_skipped(number, layer); }

 private:
  Progress silence_;
  Progress& view_;
  Interrupt& interrupt_;
};

std::optional<Side> engine_side(const ProcessArguments& arguments) {
  const auto source = side_without_socket(arguments.source, Side::input);
  const auto destination = side_without_socket(arguments.destination, Side::output);
  return source ? source : destination;
}

ProcessReport move_image(const ProcessArguments& arguments, const Settings& settings, Interrupt& interrupt) {
  require_distinct(arguments.source, arguments.destination);
  Filters filters(arguments.filters, settings);
  OpenOptions open = open_options(settings, engine_side(arguments), interrupt.token());
  open.verify = verify_level(arguments.verify);
  const auto input = open_input(arguments.source, open);
  const auto output = open_output(arguments.destination, open);
  const auto view = make_progress_view(settings, input->describe());
  PublicationWatch watch(view.get(), interrupt);
  ProcessReport report = process(*input, *output,
                                 {.filters = filters.pointers(),
                                  .temp_directory = settings.temp_directory,
                                  .verify = open.verify,
                                  .jobs = settings.parallel,
                                  .progress = &watch,
                                  .stop = interrupt.token()});
  filters.flush();
  return report;
}

Exit exit_of(ProcessReport::Outcome outcome) {
  switch (outcome) {
    case ProcessReport::Outcome::errors:
      return Exit::failed;
    case ProcessReport::Outcome::unreachable:
      return Exit::unverified;
    case ProcessReport::Outcome::verified:
    case ProcessReport::Outcome::not_asked:
      break;
  }
  return Exit::done;
}

void report_process(const ProcessReport& report, const ProcessArguments& arguments, const Settings& settings,
                    std::chrono::nanoseconds time) {
  const auto level = verify_level(arguments.verify);
  if (settings.format == Format::json)
    write_data(process_json(
        report, {.source = arguments.source, .destination = arguments.destination, .level = level, .time = time}));
  say(findings_text(report.remarks, settings.voice));
  const bool proved = exit_of(report.outcome()) == Exit::done;
  if (settings.voice != Settings::Voice::quiet || !proved) say(summary_text(report, level, time, settings.voice));
}

Exit run_process(const ProcessArguments& arguments, const Settings& settings) {
  const auto begun = std::chrono::steady_clock::now();
  Interrupt interrupt;
  try {
    const ProcessReport report = move_image(arguments, settings, interrupt);
    report_process(report, arguments, settings, std::chrono::steady_clock::now() - begun);
    return exit_of(report.outcome());
  } catch (const Error&) {
    // Everything is cleaned up here; the signal explains more than its consequences.
    interrupt.die_if_signalled();
    throw;
  }
}

}  // namespace

void add_process_command(CLI::App& program, const Settings& settings, Exit& exit) {
  CLI::App* command = program.add_subcommand("process", "Move an image, prove what was written");
  auto arguments = std::make_shared<ProcessArguments>();
  add_source(*command, arguments->source);
  command
      ->add_option("DESTINATION", arguments->destination,
                   "tar://PATH[?name=NAME:TAG][&layout=oci], dir://PATH[?unique_names=true], layout://PATH[:TAG] or "
                   "docker://NAME[:TAG][?socket=PATH]")
      ->required();
  command
      ->add_option("-f,--filter", arguments->filters,
                   "exclude, normalize-timestamps, search or inspect, with :KEY=VALUE,...; any number, in this order")
      ->type_name("FILTER")
      ->allow_extra_args(false);
  add_verify_options(*command, arguments->verify);
  command->footer(
      "Examples:\n"
      "  occy process docker://debian:12 tar://debian.tar --verify=full\n"
      "  occy process tar://debian.tar docker://debian:12 --progress=plain");
  command->callback([arguments, &settings, &exit] { exit = run_process(*arguments, settings); });
}

}  // namespace occy::cli
