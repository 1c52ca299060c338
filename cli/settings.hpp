// cli/settings.hpp: what the options say.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "occy/output.hpp"
#include "occy/platform.hpp"
#include "registry_settings.hpp"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace occy::cli {

enum class Format { text, json };
enum class ProgressStyle { automatic, plain, json, none };

/// Options that every command has.
struct Settings {
  unsigned parallel = 0;  ///< 0: one for each processor, 4 at most, and 4 where a registry is asked
  std::filesystem::path temp_directory;
  Format format = Format::text;
  ProgressStyle progress = ProgressStyle::automatic;
  enum class Voice { quiet, normal, verbose } voice = Voice::normal;

  /// Of an image for several platforms. Empty members: this machine's.
  std::string os;
  std::string architecture;
  std::string variant;

  RegistrySettings registry;

  /// Missing when nothing is said of it.
  [[nodiscard]] std::optional<Platform> platform() const;
};

/// Adds the options of Settings to the program.
void add_settings(CLI::App& program, Settings& settings);

/// Adds the argument SOURCE, which every command has.
CLI::Option* add_source(CLI::App& command, std::string& source);

/// The --verify family of `process`, whose word is "off", "standard" or "full".
void add_verify_options(CLI::App& command, std::string& word);

/// What the word means.
[[nodiscard]] std::optional<VerifyLevel> verify_level(const std::string& word);

}  // namespace occy::cli
