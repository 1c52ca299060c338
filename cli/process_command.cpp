#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "commands.hpp"
#include "image_job.hpp"
#include "interrupt.hpp"
#include "json_report.hpp"
#include "list_run.hpp"
#include "option_words.hpp"
#include "progress_view.hpp"
#include "publication_watch.hpp"
#include "streams.hpp"
#include "text_report.hpp"

namespace occy::cli {
namespace {

struct ProcessArguments {
  ImagePair pair;
  std::vector<std::string> filters;
  std::string verify = "standard";
  std::string platforms;
  ListArguments list;
};

JobOptions job_options(const ProcessArguments& arguments) {
  return {.filters = arguments.filters,
          .verify = verify_level(arguments.verify),
          .platforms = read_platforms(arguments.platforms)};
}

// One platform chooses an image, as --os and its friends do.
Settings settings_for(const JobOptions& options, Settings settings) {
  const PlatformChoice& choice = options.platforms;
  if (choice.scope == PlatformChoice::Scope::index || choice.platforms.empty()) return settings;
  const Platform& platform = choice.platforms.front();
  settings.os = platform.os;
  settings.architecture = platform.architecture;
  settings.variant = platform.variant;
  return settings;
}

JobReport move_pair(const ImagePair& pair, const JobOptions& options, const Settings& settings, Opener& opener,
                    Interrupt& interrupt) {
  const auto index_view = make_index_view(settings);
  IndexPublicationWatch index_watch(index_view.get(), interrupt);
  const auto image = [&](const ImageDescription& described) -> std::unique_ptr<Progress> {
    return std::make_unique<PublicationWatch>(make_progress_view(settings, described), interrupt);
  };
  return run_job(pair, options, settings, opener, {.image = image, .index = &index_watch}, interrupt.token());
}

void report_job(const JobReport& report, const ImagePair& pair, const JobOptions& options, const Settings& settings,
                const RegistryTraffic& traffic) {
  if (settings.format == Format::json) write_data(job_json(report, pair, options.verify, traffic));
  if (const auto* image = std::get_if<ProcessReport>(&report.what)) say(findings_text(image->remarks, settings.voice));
  const bool proved = exit_of(report.outcome()) == Exit::done;
  if (settings.voice != Settings::Voice::quiet || !proved)
    say(summary_text(report, options.verify, traffic, settings.voice));
}

Exit run_one(const ImagePair& pair, const JobOptions& options, const Settings& settings) {
  Interrupt interrupt;
  try {
    Opener opener(settings, {pair.source, pair.destination}, interrupt.token());
    const JobReport report = move_pair(pair, options, settings, opener, interrupt);
    report_job(report, pair, options, settings, opener.traffic());
    return exit_of(report.outcome());
  } catch (const Error&) {
    // Everything is cleaned up here; the signal explains more than its consequences.
    interrupt.die_if_signalled();
    throw;
  }
}

void require_arguments(const ProcessArguments& arguments) {
  const auto& [source, destination] = arguments.pair;
  if (!arguments.list.file.empty() && !source.empty())
    throw CLI::ExtrasError("process", {source, "beside --from-file"});
  if (!arguments.list.file.empty()) return;
  if (source.empty()) throw CLI::RequiredError("SOURCE");
  if (destination.empty()) throw CLI::RequiredError("DESTINATION");
}

Exit run_process(const ProcessArguments& arguments, const Settings& settings) {
  require_arguments(arguments);
  const JobOptions options = job_options(arguments);
  const Settings chosen = settings_for(options, settings);
  if (arguments.list.file.empty()) return run_one(arguments.pair, options, chosen);
  return run_list(arguments.list, options, chosen);
}

void add_pair(CLI::App& command, ImagePair& pair) {
  add_source(command, pair.source)->required(false);
  command.add_option("DESTINATION", pair.destination,
                     "registry://NAME[:TAG], docker://NAME[:TAG], tar://PATH[?name=NAME:TAG][&layout=oci], "
                     "layout://PATH[:TAG], dir://PATH[?unique_names=true], oci://PATH or mounts://PATH");
}

void add_list_options(CLI::App& command, ListArguments& list) {
  auto* file = command
                   .add_option("--from-file", list.file,
                               "Moves many images: SOURCE DESTINATION a line, # for remarks; -: standard input")
                   ->type_name("LIST");
  command.add_option("-J,--image-parallel", list.images_at_once, "Images of the list at once")
      ->check(unnamed(CLI::Range(1U, 256U)))
      ->type_name("N")
      ->capture_default_str()
      ->envname("OCCY_IMAGE_PARALLEL");
  command.add_option("--shard", list.shard, "This worker's share of the list: the I-th of N, from 1")
      ->type_name("I/N")
      ->needs(file);
}

}  // namespace

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

void add_process_command(CLI::App& program, const Settings& settings, Exit& exit) {
  CLI::App* command =
      program.add_subcommand("process", "Move images, prove what was written; another name: copy")->alias("copy");
  auto arguments = std::make_shared<ProcessArguments>();
  add_pair(*command, arguments->pair);
  command
      ->add_option("-f,--filter", arguments->filters,
                   "exclude, normalize-timestamps, search or inspect, with :KEY=VALUE,...; any number, in this order")
      ->type_name("FILTER")
      ->allow_extra_args(false);
  command
      ->add_option("--platform", arguments->platforms,
                   "all, or OS/ARCHITECTURE[/VARIANT]: of an index everything, those of a list, or the one image")
      ->type_name("PLATFORM[,PLATFORM]...");
  add_list_options(*command, arguments->list);
  add_verify_options(*command, arguments->verify);
  command->footer(
      "Examples:\n"
      "  occy process registry://debian:12 docker://debian:12 --verify=full\n"
      "  occy process --from-file images.txt -J 4 --shard 1/8");
  command->callback([arguments, &settings, &exit] { exit = run_process(*arguments, settings); });
}

}  // namespace occy::cli
