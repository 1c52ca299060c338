// inputs/foreign_urls.hpp: where layers are that a registry need not have. OCI image-spec 1.1, descriptor.md, "urls".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "occy/limits.hpp"

namespace occy {

/// One element per layer of a manifest that parse_oci_document() accepts; what is no list of texts is passed over.
[[nodiscard]] std::vector<std::vector<std::string>> foreign_urls(std::string_view manifest, const Limits& limits);

}  // namespace occy
