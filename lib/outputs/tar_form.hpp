// outputs/tar_form.hpp: in which of its forms an archive keeps layers, and under which names.
#pragma once

#include <string>

#include "occy/layer.hpp"
#include "occy/outputs/tar.hpp"

namespace occy::outputs {

using TarForm = TarWriterOptions::Form;

/// "<diff_id>/layer.tar", or the blob of what is stored.
[[nodiscard]] std::string layer_name(TarForm form, const LayerRecord& layer);
[[nodiscard]] std::string config_name(TarForm form, const Digest& config);

/// The bytes as they lie in the archive: in the place of diff_id and size stand their digest and size.
[[nodiscard]] LayerRecord as_member(TarForm form, const LayerRecord& layer);

/// The same of what is known before.
[[nodiscard]] LayerInfo as_member(TarForm form, const LayerInfo& layer);

}  // namespace occy::outputs
