// cli/progress_view.hpp: shows on standard error how far a job is.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "occy/image.hpp"
#include "occy/progress.hpp"
#include "settings.hpp"

namespace occy::cli {

/// Null when nothing is to be shown. `image` tells what there will be, where the source knows.
[[nodiscard]] std::unique_ptr<Progress> make_progress_view(const Settings& settings, const ImageDescription& image);

}  // namespace occy::cli
