// tree/copy_up.hpp: brings something of a lower layer into the current one, as an overlay file system does.
#pragma once

#include <cstdint>
#include <string>

#include "tree/attributes.hpp"
#include "tree/nodes.hpp"
#include "tree/record.hpp"

namespace occy::tree {

/// What a name on disk has, so that a copy can have it too. Marks of overlay file systems are not among it. Throws
/// Errc::io.
[[nodiscard]] Attributes read_attributes(const Place& place);

/// The bytes of a file's content that a copy would have; 0 for anything else. Throws Errc::io.
[[nodiscard]] std::uint64_t size_at(const Place& place);

/// Makes in `to` what stands in `from`, which is no directory: content, target or number, and attributes. Returns its
/// node; the content is hashed when `depth` asks for it. Throws Errc::io.
[[nodiscard]] Node copy_up(const Place& from, const Place& to, const AttributeSetter& setter, Attributes& attributes,
                           RecordDepth depth);

}  // namespace occy::tree
