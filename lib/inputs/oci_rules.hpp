// inputs/oci_rules.hpp: what an OCI manifest may say, wherever it comes from. No I/O.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "occy/platform.hpp"
#include "tar/archive_fault.hpp"
#include "tar/oci_document.hpp"

namespace occy {

/// What a media type says of the packing; missing where it says nothing.
[[nodiscard]] std::optional<Compression> declared_packing(const std::string& media_type);

/// A variant counts where both name one: builders leave it out of configs.
[[nodiscard]] bool is_for(const Platform& platform, const Platform& wanted);

/// Warnings "oci-media-type", about a config and layers of which neither OCI nor Docker knows the type.
[[nodiscard]] std::vector<tar::ArchiveFault> find_unknown_media_types(const std::string& subject,
                                                                      const tar::OciDocument& manifest);

/// The warning "media-type": the bytes of a layer are packed in another way than its media type says.
[[nodiscard]] tar::ArchiveFault packed_otherwise(const std::string& subject, const std::string& media_type,
                                                 Compression found);

}  // namespace occy
