// Digests, references and URIs: what parses must read back as itself.
#include <cstdlib>

#include "fuzz.hpp"
#include "occy/error.hpp"
#include "occy/reference.hpp"
#include "occy/uri.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = occy::fuzz::text(data, size);
  if (const auto digest = occy::Digest::parse(text); digest && digest->str() != text) std::abort();
  if (const auto reference = occy::Reference::parse(text);
      reference && occy::Reference::parse(reference->str()).value() != *reference)
    std::abort();
  (void)occy::Uri::parse(text);
  for (const char byte : occy::printable(text))
    if (byte == '\x1b' || byte == '\n' || byte == '\0') std::abort();
  return 0;
}
