// cli/platform_choice.hpp: what --platform says.
#pragma once

#include <string>
#include <vector>

#include "occy/platform.hpp"

namespace occy::cli {

struct PlatformChoice {
  /// One image, or a whole index, or an index with the images for `platforms`.
  enum class Scope { image, index } scope = Scope::image;

  /// With Scope::image the one that is wanted, or none: this machine's. With Scope::index empty: all.
  std::vector<Platform> platforms = {};
};

/// Reads "" (nothing is said), "all", or OS/ARCHITECTURE[/VARIANT][,...], of which one chooses an image. Throws Error
/// (side: usage).
[[nodiscard]] PlatformChoice read_platforms(const std::string& text);

}  // namespace occy::cli
