// occy/descriptor.hpp: a blob, named by its digest.
//
// Specification: OCI image-spec 1.1, descriptor.md.
#pragma once

#include <cstdint>
#include <string>

#include "occy/digest.hpp"

namespace occy {

struct Descriptor {
  /// "application/vnd.oci.image.layer.v1.tar+gzip"; empty where the source names none.
  std::string media_type;

  /// The digest of the blob as it is stored.
  Digest digest;

  /// Stored bytes.
  std::uint64_t size = 0;
};

}  // namespace occy
