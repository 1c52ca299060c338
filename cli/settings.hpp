// cli/settings.hpp: what the options say.
#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>

#include "occy/error.hpp"
#include "occy/output.hpp"
#include "occy/uri.hpp"

namespace CLI {
class App;
}

namespace occy::cli {

enum class Format { text, json };
enum class ProgressStyle { automatic, plain, json, none };

/// Options that every command has.
struct Settings {
  unsigned parallel = 0;  ///< 0: one for each processor, 4 at most
  std::filesystem::path temp_directory;
  Format format = Format::text;
  ProgressStyle progress = ProgressStyle::automatic;
  enum class Voice { quiet, normal, verbose } voice = Voice::normal;
};

/// Adds the options of Settings to the program.
void add_settings(CLI::App& program, Settings& settings);

/// Adds the argument SOURCE, which every command has.
void add_source(CLI::App& command, std::string& source);

/// The --verify family of `process`, whose word is "off", "standard" or "full".
void add_verify_options(CLI::App& command, std::string& word);

/// What the word means.
[[nodiscard]] std::optional<VerifyLevel> verify_level(const std::string& word);

/// What opening URIs needs. `engine_side` is that of the URI that needs an engine's socket; missing when none does.
[[nodiscard]] OpenOptions open_options(const Settings& settings, std::optional<Side> engine_side,
                                       std::stop_token stop = {});

}  // namespace occy::cli
