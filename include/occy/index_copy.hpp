// occy/index_copy.hpp: moves an image index with everything below it, digests unchanged.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "occy/check_results.hpp"
#include "occy/descriptor.hpp"
#include "occy/export.hpp"
#include "occy/layer.hpp"
#include "occy/limits.hpp"
#include "occy/manifest.hpp"
#include "occy/output.hpp"
#include "occy/platform.hpp"

namespace occy {

/// Where documents and blobs come from: a registry's repository, an OCI layout.
///
/// Threads: all functions but root() may be called by several at once.
class OCCY_API BlobInput {
 public:
  virtual ~BlobInput();

  /// The index or manifest that was asked for, held against its digest. Throws Error (side: input).
  [[nodiscard]] virtual const ImageManifest& root() = 0;

  /// A manifest or index below the root, held against its digest and size.
  [[nodiscard]] virtual ImageManifest document(const Descriptor& descriptor) = 0;

  /// The bytes of a blob, not proved yet.
  [[nodiscard]] virtual std::unique_ptr<BlockSource> blob(const Descriptor& descriptor) = 0;
};

/// Where one blob goes. Destroyed without commit(): nothing is left.
class OCCY_API BlobSink {
 public:
  virtual ~BlobSink();
  virtual void write(Block bytes) = 0;

  /// After the last write, when the bytes were proved to be those of the descriptor.
  virtual void commit() = 0;
};

/// Where documents and blobs go.
///
/// Threads: has_blob(), put_blob() and the sinks may be used by several at once; the rest by one.
class OCCY_API BlobOutput {
 public:
  virtual ~BlobOutput();

  /// Opens the destination; throws Error (side: output) when it cannot take anything.
  virtual void begin() = 0;

  /// Whether the blob is there already, with this size.
  [[nodiscard]] virtual bool has_blob(const Descriptor& descriptor) = 0;

  [[nodiscard]] virtual std::unique_ptr<BlobSink> put_blob(const Descriptor& descriptor) = 0;

  /// A manifest or index below the root, after everything that it names.
  virtual void put_document(const ImageManifest& document) = 0;

  /// Gives the root its name: whole, or not at all.
  virtual void finalize(const ImageManifest& root) = 0;

  /// As ImageOutput::verify().
  [[nodiscard]] virtual CheckResults verify(VerifyLevel level) = 0;
};

struct IndexCopyOptions {
  /// Empty: the whole index, byte for byte. Otherwise a new index with just the images for these platforms, their
  /// manifests byte for byte; an Error (side: input) lists what there is when one of them is missing.
  std::vector<Platform> platforms = {};

  std::optional<VerifyLevel> verify = VerifyLevel::standard;

  /// Blobs at once; 0: one for each processor, at least 4.
  unsigned jobs = 0;

  Limits limits = {};
  std::stop_token stop = {};
};

struct IndexCopyReport {
  Digest root;
  std::size_t manifests = 0;  ///< image manifests, each once
  std::size_t blobs = 0;      ///< that were moved
  std::size_t known_blobs = 0;
  std::uint64_t bytes = 0;  ///< stored bytes that were moved
  std::optional<CheckResults> verification;
};

/// Copies documents and blobs, each once and each held against its digest; the root comes last. Nested indexes, to the
/// depth of Limits::json_depth, and an index that names itself is refused.
OCCY_API IndexCopyReport copy_index(BlobInput& input, BlobOutput& output, const IndexCopyOptions& options = {});

}  // namespace occy
