// cli/progress_view.hpp: shows on standard error how far a job is.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "occy/image.hpp"
#include "occy/index_copy.hpp"
#include "occy/progress.hpp"
#include "settings.hpp"

namespace occy::cli {

/// Null when nothing is to be shown. `image` tells what there will be, where the source knows.
[[nodiscard]] std::unique_ptr<Progress> make_progress_view(const Settings& settings, const ImageDescription& image);

/// The same for whole indexes: a line for each blob that was moved. Null when nothing is to be shown.
[[nodiscard]] std::unique_ptr<IndexCopyObserver> make_index_view(const Settings& settings);

}  // namespace occy::cli
