// catalog.json of a directory with images; what was read must be written and read again as the same.
#include <cstdlib>

#include "fuzz.hpp"
#include "tar/catalog.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto catalog = occy::tar::parse_catalog(occy::fuzz::text(data, size), {});
  if (!catalog) return 0;
  const auto again = occy::tar::parse_catalog(occy::tar::make_catalog(*catalog), {});
  if (!again || *again != *catalog) std::abort();
  return 0;
}
