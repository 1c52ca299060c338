// Layer caches: any text is one or a refusal, and what was read is written so that it reads the same.
#include <cstdlib>

#include "fuzz.hpp"
#include "outputs/layer_cache_document.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto entries = occy::outputs::parse_layer_cache(occy::fuzz::text(data, size));
  if (!entries) return 0;
  const std::string text = occy::outputs::make_layer_cache(*entries);
  const auto again = occy::outputs::parse_layer_cache(text);
  if (!again || occy::outputs::make_layer_cache(*again) != text) std::abort();
  return 0;
}
