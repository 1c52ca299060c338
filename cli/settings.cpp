#include "settings.hpp"

#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine_socket.hpp"
#include "streams.hpp"

namespace occy::cli {
namespace {

// The help says it in its own words.
template <class Check>
Check unnamed(Check check) {
  check.description("");
  return check;
}

// An option whose words stand for values of an enum: shown, and read, as words. The first one is the default.
template <class Value>
CLI::Option* add_choice(CLI::App& app, const std::string& names, Value& value,
                        const std::vector<std::pair<std::string, Value>>& words, const std::string& description) {
  std::string shown;
  for (const auto& [word, meaning] : words) shown += (shown.empty() ? "" : "|") + word;
  const std::map<std::string, Value> meanings(words.begin(), words.end());
  return app
      .add_option_function<std::string>(
          names, [&value, meanings](const std::string& word) { value = meanings.at(word); }, description)
      ->check(unnamed(CLI::IsMember(meanings)))
      ->type_name(shown)
      ->default_str(words.front().first);
}

}  // namespace

void add_settings(CLI::App& program, Settings& settings) {
  program.add_option("-j,--parallel", settings.parallel, "Layers at once; 0: one for each processor, 4 at most")
      ->check(unnamed(CLI::Range(0U, 256U)))
      ->type_name("N")
      ->capture_default_str()
      ->envname("OCCY_PARALLEL");
  program
      .add_option("--temp-dir", settings.temp_directory,
                  "Where layers wait that cannot be sent before their size is known")
      ->type_name("DIRECTORY")
      ->default_str("/tmp")
      ->envname("OCCY_TEMP_DIR");
  add_choice<Format>(program, "-O,--output-format", settings.format, {{"text", Format::text}, {"json", Format::json}},
                     "Of what is written to standard output")
      ->envname("OCCY_OUTPUT_FORMAT");
  add_choice<ProgressStyle>(program, "--progress", settings.progress,
                            {{"auto", ProgressStyle::automatic},
                             {"plain", ProgressStyle::plain},
                             {"json", ProgressStyle::json},
                             {"none", ProgressStyle::none}},
                            "On standard error; auto: a bar on a terminal, otherwise plain lines")
      ->envname("OCCY_PROGRESS");
  auto* verbose = program.add_flag_callback(
      "-v,--verbose", [&settings] { settings.voice = Settings::Voice::verbose; },
      "Say also what is merely worth knowing, and which engine is asked");
  program
      .add_flag_callback(
          "-q,--quiet", [&settings] { settings.voice = Settings::Voice::quiet; }, "Say only what is wrong")
      ->excludes(verbose);
}

void add_source(CLI::App& command, std::string& source) {
  command
      .add_option(
          "SOURCE", source,
          "tar://PATH[?image=NAME:TAG], tar://-, dir://PATH, layout://PATH[:TAG] or docker://NAME[:TAG][?socket=PATH]")
      ->required();
}

void add_verify_options(CLI::App& command, std::string& word) {
  command
      .add_flag("--verify{standard},--verify-full{full},--no-verify{off}", word,
                "Read back what was written: its structure, every byte, or nothing")
      ->check(CLI::IsMember({"off", "standard", "full"}))
      ->option_text("--verify[=standard|full], --verify-full, --no-verify")
      ->default_str("standard")
      ->envname("OCCY_VERIFY");
}

std::optional<VerifyLevel> verify_level(const std::string& word) {
  if (word == "off") return std::nullopt;
  return word == "full" ? VerifyLevel::full : VerifyLevel::standard;
}

OpenOptions open_options(const Settings& settings, std::optional<Side> engine_side, std::stop_token stop) {
  OpenOptions options{.temp_directory = settings.temp_directory, .jobs = settings.parallel};
  options.engine.stop = std::move(stop);
  if (engine_side) {
    options.engine.socket = find_engine_socket(*engine_side);
    if (settings.voice == Settings::Voice::verbose) say("engine: " + options.engine.socket.string() + "\n");
  }
  return options;
}

}  // namespace occy::cli
