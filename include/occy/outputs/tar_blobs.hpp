// occy/outputs/tar_blobs.hpp: writes an index with everything below it into an archive that is an OCI layout.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "occy/blobs.hpp"
#include "occy/limits.hpp"
#include "occy/reference.hpp"

namespace occy {

struct TarBlobOutputOptions {
  /// What index.json calls the root. Missing: the names that the source has. An empty list: nothing.
  std::optional<std::vector<Reference>> names = {};

  /// Blobs that a full verification reads at once. 0: one for each processor, 4 at most.
  unsigned verify_jobs = 0;

  /// Caps on documents: the root, and what verify() reads back.
  Limits limits = {};

  /// Ends a verification.
  std::stop_token stop = {};
};

/// For copy_index(). As TarWriter: blobs in parallel, each at its place; the archive grows beside `path` and appears
/// when finalize() has made it safe on disk; its bytes depend on the index alone. manifest.json is there only where the
/// root is the manifest of one image: it has no words for several platforms.
///
/// verify() opens the archive afresh. Standard: it is whole, index.json leads to the root, every manifest and index has
/// its bytes, every blob its size; full: every blob is hashed, and libarchive sees the same archive.
class OCCY_API TarBlobOutput final : public BlobOutput {
 public:
  /// Opens nothing yet.
  explicit TarBlobOutput(std::filesystem::path path, TarBlobOutputOptions options = {});
  ~TarBlobOutput() override;

  void begin(const std::vector<Reference>& references, const std::vector<Descriptor>& blobs) override;

  /// Never: the archive is a new one.
  bool has_blob(const Descriptor& descriptor) override;
  std::unique_ptr<BlobSink> put_blob(const Descriptor& descriptor) override;
  void put_document(const ImageManifest& document) override;
  void finalize(const ImageManifest& root) override;
  CheckResults verify(VerifyLevel level) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace occy
