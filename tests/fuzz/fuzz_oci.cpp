// The documents of stores: index.json, manifests, oci-layout, catalog.json.
#include "fuzz.hpp"
#include "tar/catalog.hpp"
#include "tar/oci_writing.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = occy::fuzz::text(data, size);
  const occy::Descriptor manifest{.media_type = "m", .digest = occy::sha256("m"), .size = 1};
  (void)occy::tar::check_layout_file(text, {});
  if (const auto catalog = occy::tar::parse_catalog(text, {}))
    if (occy::tar::parse_catalog(occy::tar::make_catalog(*catalog), {}).value() != *catalog) __builtin_trap();
  // What is written is read back.
  if (const auto updated = occy::tar::update_oci_index(text, manifest, {{.ref_name = "1"}}, {}))
    if (occy::tar::parse_oci_document(*updated, {}).has_error()) __builtin_trap();
  return 0;
}
