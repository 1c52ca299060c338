// occy/blobs.hpp: documents and blobs as they are stored, by digest: what an image index consists of.
//
// Where ImageInput and ImageOutput know one image, these know everything below one index. copy_index() (index_copy.hpp)
// moves it; a registry's repository and an OCI layout, in a directory or in an archive, implement both.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "occy/check_results.hpp"
#include "occy/descriptor.hpp"
#include "occy/export.hpp"
#include "occy/layer.hpp"
#include "occy/manifest.hpp"
#include "occy/output.hpp"
#include "occy/reference.hpp"

namespace occy {

/// Where documents and blobs come from.
///
/// Threads: all functions but root() may be called by several at once.
class OCCY_API BlobInput {
 public:
  virtual ~BlobInput();

  /// For messages: "registry://registry.example/debian:12", "images" of a directory.
  [[nodiscard]] virtual std::string name() const = 0;

  /// What the source calls the root, where it says: "registry.example/debian:12". Asked after root(). Default: nothing.
  [[nodiscard]] virtual std::vector<Reference> references();

  /// The index or manifest that was asked for, held against its digest. Throws Error (side: input).
  [[nodiscard]] virtual const ImageManifest& root() = 0;

  /// A manifest or index below the root, after root(). Throws Error (side: input): Errc::not_found when it is not
  /// there, Errc::limit above Limits::document_bytes.
  [[nodiscard]] virtual ImageManifest document(const Descriptor& descriptor) = 0;

  /// The bytes of a blob, not proved yet; after root(). Throws Error (side: input): Errc::not_found when it is not
  /// there.
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

/// Where documents and blobs go. Destroyed without finalize(): nothing carries the name.
///
/// Threads: has_blob(), put_blob() and the sinks may be used by several at once; the rest by one.
class OCCY_API BlobOutput {
 public:
  virtual ~BlobOutput();

  /// Opens the destination; throws Error (side: output) when it cannot take anything. `references`: what the source
  /// calls the root, for a destination that was given no name of its own. `blobs`: each that will be asked for or put,
  /// once.
  virtual void begin(const std::vector<Reference>& references, const std::vector<Descriptor>& blobs) = 0;

  /// Whether the blob is there already, with this size.
  [[nodiscard]] virtual bool has_blob(const Descriptor& descriptor) = 0;

  /// Follows has_blob(), where that said no, before anything that may fail: other jobs may wait for the blob.
  [[nodiscard]] virtual std::unique_ptr<BlobSink> put_blob(const Descriptor& descriptor) = 0;

  /// A manifest or index below the root, after everything that it names.
  virtual void put_document(const ImageManifest& document) = 0;

  /// Gives the root its name: whole, or not at all.
  virtual void finalize(const ImageManifest& root) = 0;

  /// As ImageOutput::verify(): each document and each blob that was put, or was there.
  [[nodiscard]] virtual CheckResults verify(VerifyLevel level) = 0;
};

}  // namespace occy
