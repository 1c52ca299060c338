// tar/archive_stream.hpp: reads a docker-save archive forward, in one pass, without knowing what comes: layers are lent
// as they pass, documents are held.
//
// Used for pipes and for a daemon's export, which carry manifest.json last.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "occy/config.hpp"
#include "occy/layer.hpp"
#include "occy/limits.hpp"
#include "occy/reference.hpp"
#include "tar/docker_archive.hpp"

namespace occy::tar {

/// One pass over an archive.
///
/// A member is a layer when its first bytes are gzip or zstd magic or a tar header, or when it is all zero (an empty
/// layer); it is a document when it begins, after white space, with `{` or `[` and is not larger than
/// Limits::document_bytes. Other members (VERSION, directories, links) pass unread.
class ArchiveStream {
 public:
  /// `name` stands for the archive in messages. Errors of `bytes` pass through; the archive's own are Errc::bad_archive
  /// (side: input).
  ArchiveStream(std::unique_ptr<BlockSource> bytes, std::string name, const Limits& limits);
  ~ArchiveStream();

  /// The next layer; null at the end of the archive. The one before must be destroyed; what was not read of it is
  /// skipped. info() has: name, size (of plain layers), compression, `stored` where the member's name is a digest;
  /// neither index nor diff_id.
  [[nodiscard]] std::unique_ptr<LayerReader> next_layer();

  /// After the end: what manifest.json says. Throws Errc::bad_archive (side: input) when it is missing, comes twice, or
  /// does not parse.
  [[nodiscard]] const std::vector<ArchiveImage>& images();

  /// After the end: the config of `image`, held against the digest in its name. Throws as images() does, and
  /// Errc::digest_mismatch.
  [[nodiscard]] ImageConfig config(const ArchiveImage& image);

  /// After the end: throws Errc::bad_archive (side: input) when a layer that `image` names came several times, or is
  /// named for several of `config`'s diff_ids.
  void require_distinct_layers(const ArchiveImage& image, const ImageConfig& config) const;

  /// After the end: the document with this member name; nothing when it is missing, or there several times.
  [[nodiscard]] std::optional<std::string> document(const std::string& member) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace occy::tar
