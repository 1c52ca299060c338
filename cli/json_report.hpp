// cli/json_report.hpp: the same reports for programs. One JSON object and a line feed each; docs/command-reference.md
// lists the members.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "image_job.hpp"
#include "occy/check.hpp"
#include "occy/check_results.hpp"
#include "occy/image.hpp"
#include "occy/output.hpp"
#include "occy/registry.hpp"

namespace occy::cli {

/// One image of `process`, or one index.
[[nodiscard]] std::string job_json(const JobReport& report, const ImagePair& pair, std::optional<VerifyLevel> level,
                                   const RegistryTraffic& traffic);

/// One image of a list: its report, or why there is none.
struct ListedResult {
  ImagePair pair;
  std::optional<JobReport> report = {};
  std::string error = {};
  std::string hint = {};
};

/// An array, in the order of the list.
[[nodiscard]] std::string list_json(const std::vector<ListedResult>& results, std::optional<VerifyLevel> level);

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

/// The tags of a repository.
[[nodiscard]] std::string tags_json(const std::string& repository, const std::vector<std::string>& tags);

[[nodiscard]] std::string digest_json(const std::string& reference, const Digest& digest);

}  // namespace occy::cli
