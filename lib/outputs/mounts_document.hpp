// outputs/mounts_document.hpp: mounts.json.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "occy/digest.hpp"
#include "tree/attributes.hpp"

namespace occy::outputs {

/// What an overlay file system takes below an upper directory.
inline constexpr std::size_t kMostOverlayLayers = 500;

struct MountPlan {
  std::filesystem::path path;        ///< where PATH will be
  std::vector<Digest> diff_ids;      ///< lowest layer first
  std::vector<std::string> names;    ///< of the directories in layers/, the same order
  std::size_t lowest_shown = 0;      ///< those below are hidden as a whole
  std::vector<std::string> fillers;  ///< empty directories: an overlay needs two
  tree::Ownership ownership;
};

/// "0-4f53cda18c2b".
[[nodiscard]] std::string layer_directory_name(std::size_t position, const Digest& diff_id);

/// Names in the order of the option lowerdir: the top one first.
[[nodiscard]] std::vector<std::string> lower_directories(const MountPlan& plan);

/// The options of the mount.
[[nodiscard]] std::string mount_options(const MountPlan& plan);

/// The document: layers, lowerdir, options, command.
[[nodiscard]] std::string make_mounts_document(const MountPlan& plan);

}  // namespace occy::outputs
