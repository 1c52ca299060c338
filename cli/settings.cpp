#include "settings.hpp"

#include <CLI/CLI.hpp>
#include <string>

#include "option_words.hpp"

namespace occy::cli {
namespace {

void add_platform(CLI::App& program, Settings& settings) {
  program.add_option("--os", settings.os, "Which image of several for different platforms; default: this machine's")
      ->type_name("OS")
      ->envname("OCCY_OS");
  program.add_option("--architecture", settings.architecture, "Its processor: amd64, arm64, ...")
      ->type_name("ARCHITECTURE")
      ->envname("OCCY_ARCHITECTURE");
  program.add_option("--variant", settings.variant, "Its variant: v7, v8; default: the one that fits best")
      ->type_name("VARIANT")
      ->envname("OCCY_VARIANT");
}

void add_work(CLI::App& program, Settings& settings) {
  program
      .add_option("-j,--parallel", settings.parallel,
                  "Layers at once; 0: one for each processor, 4 at most; 4 with a registry")
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
}

void add_report(CLI::App& program, Settings& settings) {
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

}  // namespace

void add_settings(CLI::App& program, Settings& settings) {
  add_work(program, settings);
  add_report(program, settings);
  add_platform(program, settings);
  add_registry_settings(program, settings.registry);
}

std::optional<Platform> Settings::platform() const {
  if (os.empty() && architecture.empty() && variant.empty()) return std::nullopt;
  Platform platform = host_platform();
  if (!os.empty()) platform.os = os;
  if (!architecture.empty()) platform.architecture = architecture;
  platform.variant = variant;
  return platform;
}

CLI::Option* add_source(CLI::App& command, std::string& source) {
  return command
      .add_option(
          "SOURCE", source,
          "registry://NAME[:TAG][@DIGEST], docker://NAME[:TAG], tar://PATH, tar://-, layout://PATH[:TAG] or dir://PATH")
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

}  // namespace occy::cli
