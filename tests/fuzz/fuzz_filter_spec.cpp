// Filters as users write them: any text is a filter or a refusal. Nothing is opened: no filter has such a name.
#include <cstdlib>

#include "fuzz.hpp"
#include "occy/error.hpp"
#include "occy/uri.hpp"
#include "uri/filter_spec.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = occy::fuzz::text(data, size);
  const auto spec = occy::uri::FilterSpec::parse(text);
  if (spec && spec->name.empty()) std::abort();
  if (spec && (spec->name == "inspect" || spec->name == "normalize-timestamps")) return 0;  // they may open files
  try {
    (void)occy::open_filter(text);
    if (!spec) std::abort();
  } catch (const occy::Error& error) {
    if (error.side() != occy::Side::usage) std::abort();
  }
  return 0;
}
