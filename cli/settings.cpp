#include "settings.hpp"

#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <utility>

#include "engine_socket.hpp"
#include "streams.hpp"

namespace occy::cli {
namespace {

// An option whose words stand for values of an enum: shown, and read, as words.
template <class Value>
void add_choice(CLI::App& app, const std::string& names, Value& value, const std::map<std::string, Value>& words,
                const std::string& description, const std::string& environment, const std::string& default_word) {
  app.add_option_function<std::string>(
         names, [&value, words](const std::string& word) { value = words.at(word); }, description)
      ->check(CLI::IsMember(words))
      ->default_str(default_word)
      ->envname(environment);
}

}  // namespace

void add_settings(CLI::App& program, Settings& settings) {
  program.option_defaults()->group("Options of every command");
  program.add_option("-j,--parallel", settings.parallel, "Layers at once; 0: one for each processor, 4 at most")
      ->check(CLI::Range(0U, 256U))
      ->capture_default_str()
      ->envname("OCCY_PARALLEL");
  program
      .add_option("--temp-dir", settings.temp_directory,
                  "Where layers wait that cannot be sent before their size is known")
      ->default_str("/tmp")
      ->envname("OCCY_TEMP_DIR");
  add_choice<Format>(program, "-O,--output-format", settings.format, {{"text", Format::text}, {"json", Format::json}},
                     "Of what is written to standard output", "OCCY_OUTPUT_FORMAT", "text");
  add_choice<ProgressStyle>(program, "--progress", settings.progress,
                            {{"auto", ProgressStyle::automatic},
                             {"plain", ProgressStyle::plain},
                             {"json", ProgressStyle::json},
                             {"none", ProgressStyle::none}},
                            "On standard error; auto: a bar on a terminal, otherwise plain lines", "OCCY_PROGRESS",
                            "auto");
  auto* verbose = program.add_flag_callback(
      "-v,--verbose", [&settings] { settings.voice = Settings::Voice::verbose; }, "Say more");
  program
      .add_flag_callback(
          "-q,--quiet", [&settings] { settings.voice = Settings::Voice::quiet; }, "Say only errors")
      ->excludes(verbose);
}

void add_verify_options(CLI::App& command, std::string& word) {
  command
      .add_flag("--verify{standard},--verify-full{full},--no-verify{off}", word,
                "Read back what was written: --verify=standard, --verify=full (every byte), or not at all")
      ->check(CLI::IsMember({"off", "standard", "full"}))
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
