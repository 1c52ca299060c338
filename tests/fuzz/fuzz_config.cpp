// Image configs: what parses keeps its bytes.
#include <cstdlib>

#include "fuzz.hpp"
#include "occy/config.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(occy::fuzz::text(data, size));
  if (const auto config = occy::ImageConfig::parse(text); config && config->bytes() != text) std::abort();
  return 0;
}
