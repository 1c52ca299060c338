// What a registry says: manifests, tags, errors, and the fields of its answers.
#include <chrono>

#include "fuzz.hpp"
#include "inputs/foreign_urls.hpp"
#include "registry/manifest_rules.hpp"
#include "registry/paging.hpp"
#include "registry/ranges.hpp"
#include "registry/retry.hpp"
#include "tar/oci_document.hpp"

namespace {

void accept(std::string_view text) {
  try {
    const auto manifest = occy::registry::accept_manifest(
        {.subject = "fuzz", .content_type = "application/json", .digest_field = {}, .bytes = std::string(text)}, {},
        occy::Side::input, {});
    // What was accepted is read back as what it is called.
    const auto document = occy::tar::parse_oci_document(manifest.bytes, {}).value();
    if (occy::registry::is_index_type(manifest.media_type) == document.config.has_value()) __builtin_trap();
    if (occy::foreign_urls(manifest.bytes, {}).size() < document.layers.size()) __builtin_trap();
  } catch (const occy::Error&) {  // refused
    return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = occy::fuzz::text(data, size);
  accept(text);
  (void)occy::registry::parse_tags(text, {});
  (void)occy::registry::next_link(text);
  if (occy::registry::parse_error_body(text, {}, {}).words.size() > 410) __builtin_trap();
  if (const auto range = occy::registry::parse_content_range(text); range && range->last < range->first)
    __builtin_trap();
  (void)occy::registry::parse_upload_range(text);
  if (const auto wait = occy::registry::parse_retry_after(text, {}); wait && wait->count() < 0) __builtin_trap();
  return 0;
}
