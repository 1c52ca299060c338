// manifest.json of a docker archive.
#include "fuzz.hpp"
#include "tar/docker_archive.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (const auto images = occy::tar::parse_archive_manifest(occy::fuzz::text(data, size), {}))
    (void)occy::tar::choose_image(*images, std::nullopt);
  return 0;
}
