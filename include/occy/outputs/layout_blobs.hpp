// occy/outputs/layout_blobs.hpp: writes an index with everything below it into an OCI image layout.
#pragma once

#include <filesystem>
#include <memory>

#include "occy/blobs.hpp"
#include "occy/outputs/layout.hpp"

namespace occy {

/// For copy_index(). As LayoutWriter: a new layout grows beside `path`, one that is there gets the blobs first and the
/// index last, under a lock; a blob that is there already counts only after its bytes were hashed.
///
/// verify() opens the layout afresh. Standard: index.json leads to the root, every manifest and index has its bytes,
/// every blob its size; full: every blob is hashed. Layers are not unpacked: what is proved is that they are those of
/// the source.
class OCCY_API LayoutBlobOutput final : public BlobOutput {
 public:
  /// Opens nothing yet.
  explicit LayoutBlobOutput(std::filesystem::path path, LayoutWriterOptions options = {});
  ~LayoutBlobOutput() override;

  void begin(const std::vector<Reference>& references, const std::vector<Descriptor>& blobs) override;
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
