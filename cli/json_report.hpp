// cli/json_report.hpp: the same reports for programs. One JSON object and a line feed each; docs/command-reference.md
// lists the members.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "occy/check.hpp"
#include "occy/check_results.hpp"
#include "occy/image.hpp"
#include "occy/output.hpp"
#include "occy/process.hpp"

namespace occy::cli {

/// What `process` reports.
struct ProcessFacts {
  std::string source;
  std::string destination;
  std::optional<VerifyLevel> level;
  std::chrono::nanoseconds time;
};

[[nodiscard]] std::string process_json(const ProcessReport& report, const ProcessFacts& facts);

/// `name` is the image's, where the source has one; else the URI.
[[nodiscard]] std::string check_json(const CheckResults& results, CheckDepth depth, const std::string& image,
                                     const std::string& tag);

/// One layer of `info`: what the source says, and the history's word for it.
struct LayerLine {
  LayerInfo info;
  std::string created_by;
};

/// What `info` shows.
struct ImageFacts {
  std::string source;
  std::vector<std::string> names;
  std::string id;
  std::optional<Platform> platform;
  std::string created;
  std::vector<LayerLine> layers;

  /// The sum of the layers' sizes; missing when the source does not know all of them.
  std::optional<std::uint64_t> size;
};

[[nodiscard]] std::string info_json(const ImageFacts& facts);

}  // namespace occy::cli
