// outputs/layout_entry.hpp: how a layout names one image or index: its entries in index.json.
#pragma once

#include <string>
#include <vector>

#include "outputs/store.hpp"
#include "outputs/store_checks.hpp"
#include "tar/oci_writing.hpp"

namespace occy::outputs {

struct LayoutEntry {
  /// What index.json leads to: a manifest, or an index.
  Descriptor manifest;

  /// An entry each; without any, one that has no name.
  std::vector<tar::IndexName> names = {};

  /// The file `oci-layout`, whoever wrote it.
  std::string layout_text = {};

  /// As it was published.
  PublishedDocument index = {};
};

/// Throws Error (side: output): Errc::destination, with a hint, when the directory is no OCI layout that images can be
/// added to.
void require_layout(const io::File& directory, const Limits& limits);

/// index.json of the layout with the entry in it. Throws Error (side: output): Errc::destination when there is no room
/// for it, or another image has one of its tags.
[[nodiscard]] std::string index_with(const LayoutEntry& entry, const io::File& layout, const Limits& limits);

/// The documents for Store::publish(), index.json last. Sets the entry's layout_text.
[[nodiscard]] std::vector<StoreDocument> documents_with(LayoutEntry& entry, const io::File* layout,
                                                        const Limits& limits);

/// Adds its findings: "verify.layout", "verify.index".
void check_layout_entry(StoreChecks& checks, const LayoutEntry& entry);

}  // namespace occy::outputs
