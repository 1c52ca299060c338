// occy/check.hpp: looks at an image that somebody else wrote, and says everything that is wrong with it.
#pragma once

#include <stop_token>

#include "occy/check_results.hpp"
#include "occy/export.hpp"
#include "occy/input.hpp"
#include "occy/limits.hpp"
#include "occy/progress.hpp"

namespace occy {

/// How deep check() looks.
enum class CheckDepth {
  fast,  ///< no layer is read
  full,  ///< every layer is read, hashed and walked entry by entry
};

struct CheckOptions {
  CheckDepth depth = CheckDepth::full;

  /// Layers at once, at most. 0: one for each processor, 4 at most.
  unsigned jobs = 0;

  Limits limits = {};

  /// Borrowed for the call; may be null.
  Progress* progress = nullptr;

  std::stop_token stop = {};
};

/// Reads `input` and reports every finding; the ids are listed in docs/checks.md. What an image holds never makes it
/// throw; it throws Error when it is cancelled (Errc::cancelled), when a daemon cannot be asked, and when reading fails
/// for reasons that are not the image's (Errc::io).
OCCY_API CheckResults check(ImageInput& input, const CheckOptions& options = {});

}  // namespace occy
