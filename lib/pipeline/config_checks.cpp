#include "pipeline/config_checks.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "model/json.hpp"

namespace occy::pipeline {
namespace {

// GOOS and GOARCH values for which images exist. An unknown one is a warning: engines accept it, and cannot run it.
constexpr std::array<std::string_view, 4> kSystems = {"linux", "windows", "freebsd", "darwin"};
constexpr std::array<std::string_view, 13> kArchitectures = {"386",     "amd64",  "arm",    "arm64",    "loong64",
                                                             "mips",    "mipsle", "mips64", "mips64le", "ppc64le",
                                                             "riscv64", "s390x",  "wasm"};

void check_rootfs_type(const ImageConfig& config, CheckResults& results) {
  if (config.rootfs_type() != "layers")
    results.error("rootfs-type", "config", "expected rootfs.type layers, found " + config.rootfs_type());
}

void check_history(const ImageConfig& config, CheckResults& results) {
  if (config.history().empty()) return;
  const auto described = static_cast<std::size_t>(
      std::count_if(config.history().begin(), config.history().end(),
                    [](const HistoryEntry& entry) { return entry.kind == HistoryEntry::Kind::layer; }));
  const std::size_t layers = config.diff_ids().size();
  if (described == layers) return;
  const std::string message =
      "expected " + std::to_string(layers) + " history entries with a layer, found " + std::to_string(described);
  // Engines refuse to work with a history of more layers than there are; a shorter one only tells less.
  if (described > layers)
    results.error("history-count", "config", message);
  else
    results.warning("history-count", "config", message);
}

template <class Known>
void check_name(std::string_view what, const std::string& value, const Known& known, CheckResults& results) {
  if (value.empty())
    results.error("platform", "config", std::string(what) + " is empty");
  else if (std::find(known.begin(), known.end(), value) == known.end())
    results.warning("platform", "config", std::string(what) + " is not a known one: found " + value);
}

// A field of Windows images that Docker marks as deprecated, and whose meaning differs between tools.
void check_args_escaped(const ImageConfig& config, const Limits& limits, CheckResults& results) {
  const auto document = json::parse(config.bytes(), limits);
  if (!document) return;
  const auto* run = json::member(*document, "config");
  const auto* escaped = run == nullptr ? nullptr : json::member(*run, "ArgsEscaped");
  if (escaped != nullptr && escaped->is_bool() && escaped->get_bool())
    results.warning("args-escaped", "config", "config.ArgsEscaped is true: a deprecated field, for Windows only");
}

}  // namespace

CheckResults check_config(const ImageConfig& config, const Limits& limits) {
  CheckResults results(limits.findings);
  check_rootfs_type(config, results);
  check_history(config, results);
  check_name("os", config.platform().os, kSystems, results);
  check_name("architecture", config.platform().architecture, kArchitectures, results);
  check_args_escaped(config, limits, results);
  return results;
}

}  // namespace occy::pipeline
