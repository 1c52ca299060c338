// occy/index_copy.hpp: moves an image index with everything below it, digests unchanged.
//
// Specification: OCI image-spec 1.1, image-index.md; Docker's manifest list.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <vector>

#include "occy/blobs.hpp"
#include "occy/check_results.hpp"
#include "occy/descriptor.hpp"
#include "occy/export.hpp"
#include "occy/limits.hpp"
#include "occy/output.hpp"
#include "occy/platform.hpp"
#include "occy/process.hpp"
#include "occy/progress.hpp"

namespace occy {

/// Told by copy_index(). All functions do nothing by default.
///
/// Threads: calls come from worker threads, one at a time. An observer must be quick, must not throw, and must not call
/// back into the job.
class OCCY_API IndexCopyObserver {
 public:
  virtual ~IndexCopyObserver();

  /// Stage::layers: the blobs.
  virtual void stage_started(Stage stage);

  virtual void blob_finished(const Descriptor& blob);

  /// The output had the blob already.
  virtual void blob_skipped(const Descriptor& blob);
};

struct IndexCopyOptions {
  /// Empty: the whole index, byte for byte. Otherwise an index with just the images for these platforms, and with the
  /// attestations about them; their manifests, and what the index says of them, byte for byte. A platform without a
  /// variant means all variants. Images of nested indexes stand in the one index then. An Error (side: input) lists
  /// what there is when there is no image for one of them.
  std::vector<Platform> platforms = {};

  std::optional<VerifyLevel> verify = VerifyLevel::standard;

  /// Blobs at once; 0: one for each processor, at least 4: most of the time is spent waiting.
  unsigned jobs = 0;

  Limits limits = {};

  /// Borrowed for the call; may be null.
  IndexCopyObserver* observer = nullptr;

  /// Looked at for every block. A stop request makes copy_index() throw Error: Errc::cancelled.
  std::stop_token stop = {};
};

struct IndexCopyReport {
  /// The digest of the index (or manifest) that was written.
  Digest root;

  std::size_t manifests = 0;    ///< image manifests, attestations among them, each once
  std::size_t blobs = 0;        ///< that were moved
  std::size_t known_blobs = 0;  ///< that were there already
  std::uint64_t bytes = 0;      ///< stored bytes that were moved

  StageTimes times = {};

  /// What verify() said; missing when it was not asked.
  std::optional<CheckResults> verification = {};

  [[nodiscard]] OCCY_API ProcessReport::Outcome outcome() const noexcept;
};

/// Copies documents and blobs, each once and each held against its digest and size, whatever the input says it did;
/// blobs first, in parallel, then manifests, then the indexes above them, the root last. A root that is a manifest is
/// copied alike, unless platforms are asked for.
///
/// Indexes may be nested to the depth of Limits::json_depth. Documents are held in memory until the end, Limits::images
/// and Limits::held_document_bytes at most.
///
/// After an exception: nothing carries the destination's name. Throws Error: the side says who failed.
OCCY_API IndexCopyReport copy_index(BlobInput& input, BlobOutput& output, const IndexCopyOptions& options = {});

}  // namespace occy
