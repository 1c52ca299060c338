// outputs/tar_tightening.hpp: an archive in which layers lie apart, because hints at their sizes were wrong.
#pragma once

#include "outputs/tar_sink.hpp"

namespace occy::outputs {

/// Writes the layers of one archive into an empty one, each behind the other: as if there had been no hints. Both are
/// of the form `docker`, in which there may be hints, and no sink is open.
void copy_tight(const TarArchive& from, TarArchive& into);

}  // namespace occy::outputs
