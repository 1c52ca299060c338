// occy/limits.hpp: every cap on what a foreign image, archive or daemon may make occy hold or wait for.
//
// A number from the input never sizes a buffer before it was held against one of these. Each cap, when hit, is an Error
// with Errc::limit that names it, or the finding of a check.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace occy {

/// Caps. The defaults are far above what real images need and far below what hurts a machine.
struct Limits {
  /// manifest.json, index.json, a manifest, a config: bytes of each. Registries refuse manifests above 4 MiB.
  std::uint64_t document_bytes = std::uint64_t{4} << 20U;

  /// Documents, and the names of layers and documents, held at once while an archive streams by and its manifest.json
  /// has not come yet. Docker's exports carry two small ones per layer.
  std::uint64_t held_document_bytes = std::uint64_t{16} << 20U;

  /// Arrays and objects inside one another in a JSON document. Real ones stay below 10; a parser's stack must not grow
  /// with the input.
  std::size_t json_depth = 64;

  /// A PAX record block or GNU long name. The kernel's own cap on a path is 4 KiB; xattrs may be 64 KiB each.
  std::uint64_t extended_header_bytes = std::uint64_t{1} << 20U;

  /// A tar entry's declared size, above all of which arithmetic on offsets stays exact.
  std::uint64_t entry_bytes = std::uint64_t{1} << 60U;

  /// Members of an outer archive. Docker writes four per layer.
  std::size_t archive_entries = 100'000;

  /// Names and link targets of an outer archive's members, all together. Docker's are 80 bytes long.
  std::uint64_t archive_name_bytes = std::uint64_t{8} << 20U;

  /// Entries of all layers, and paths of all trees that they make, when layers are merged into the final tree: about
  /// 60 bytes each. The largest images have some 500,000.
  std::size_t tree_entries = 4'000'000;

  /// Paths, names and link targets of one layer, and of one tree.
  std::uint64_t tree_text_bytes = std::uint64_t{256} << 20U;

  std::size_t layers = 1'024;
  std::size_t images = 1'000;

  /// What one compressed layer may expand to, and what the entries of one layer may declare together (sparse files at
  /// their full size) before it is sent to a daemon, which unpacks it: 20 KB can declare an exabyte.
  std::uint64_t expanded_layer_bytes = std::uint64_t{64} << 30U;

  /// A zstd frame's window: memory that its decoder needs.
  std::uint64_t zstd_window_bytes = std::uint64_t{128} << 20U;

  /// One JSON value of a daemon's status stream.
  std::uint64_t daemon_line_bytes = std::uint64_t{1} << 20U;

  /// The body of an error answer; the rest is not read.
  std::uint64_t error_body_bytes = std::uint64_t{64} << 10U;

  /// Findings that one check keeps; further ones are counted. An image of a million bad entries is still a short
  /// report.
  std::size_t findings = 1'000;
};

/// How long to wait for the other side. There is no limit on a whole transfer: an engine may unpack for minutes.
struct Timeouts {
  /// For the connection to stand.
  std::chrono::milliseconds connect = std::chrono::seconds{10};

  /// To the end of the answer's header: from a request that has no body, or else from the first byte of the answer.
  std::chrono::milliseconds response = std::chrono::seconds{30};

  /// Without one byte moving, in either direction. It does not apply while a daemon works on an image after it has got
  /// the last byte, nor before the first byte of an export.
  std::chrono::milliseconds idle = std::chrono::seconds{60};
};

}  // namespace occy
