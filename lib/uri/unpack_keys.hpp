// uri/unpack_keys.hpp: the options that all schemes have which unpack layers into directories.
#pragma once

#include "occy/outputs/tree.hpp"
#include "uri/schemes.hpp"

namespace occy::uri {

/// `owners=image|recorded`, and what the command says for all outputs.
[[nodiscard]] UnpackOptions unpack_options(const Request& request);

}  // namespace occy::uri
