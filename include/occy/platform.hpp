// occy/platform.hpp: the operating system and processor that an image is for.
//
// Specification: OCI image-spec 1.1, image-index.md, "platform".
#pragma once

#include <string>

#include "occy/export.hpp"

namespace occy {

/// Values are those of Go's GOOS and GOARCH: "linux", "amd64"; the variant is empty where there is none ("v8", "v7").
struct Platform {
  std::string os;
  std::string architecture;
  std::string variant = {};

  friend bool operator==(const Platform&, const Platform&) = default;
};

/// "linux/arm64/v8"; the variant only where there is one.
[[nodiscard]] OCCY_API std::string to_string(const Platform& platform);

/// Linux on the processor that the library was built for, without a variant.
[[nodiscard]] OCCY_API Platform host_platform();

}  // namespace occy
