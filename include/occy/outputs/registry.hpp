// occy/outputs/registry.hpp: writes an image to a registry.
//
// Specification: OCI distribution-spec 1.1, push.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "occy/output.hpp"
#include "occy/registry.hpp"

namespace occy {

struct RegistryWriterOptions {
  /// How layers are packed that arrive unpacked: changed by a filter, or stored plain by the source. Layers that arrive
  /// packed go out as they are.
  Compression compression = Compression::gzip;

  /// Which kind of manifest is written when the source's own cannot be kept.
  enum class Format {
    of_source,  ///< OCI where the source has no manifest
    oci,
    docker,  ///< schema 2
  } format = Format::of_source;

  /// What happens when the manifest cannot be the source's, byte for byte.
  enum class Digests {
    keep_where_possible,
    require,  ///< Error (side: output, Errc::digest_mismatch) before anything carries the tag
  } digests = Digests::keep_where_possible;

  /// Remembers, in a JSON file, which blob a layer became by which filters and compression, so that a later run need
  /// not read it where the registry still has the blob. Empty: nothing is remembered.
  std::filesystem::path layer_cache = {};

  /// Threads that compress, in all; 0: one for each processor, 4 at most.
  unsigned jobs = 0;
};

/// Writes blobs first, in parallel; a blob that the registry has already (HEAD), or that a repository of the same
/// registry is known to have (mount), is not sent. The manifest, written last, gives the image its name: until then
/// nothing can be pulled.
///
/// verify(), over connections of its own: standard fetches the manifest, compares every byte and the registry's digest
/// header, and asks for each blob's size; full downloads and hashes each blob.
class OCCY_API RegistryWriter final : public ImageOutput {
 public:
  /// Asks nothing yet. A place with a digest and no tag is refused by begin(), unless the manifest will have it.
  explicit RegistryWriter(RegistryPlace place, RegistrySession session, RegistryWriterOptions options = {});
  ~RegistryWriter() override;

  void begin(const ImageDescription& image) override;
  LayerForm layer_form() const noexcept override;
  unsigned max_open_layers() const noexcept override;
  Await awaited(const LayerInfo& layer) override;
  bool want_layer(const LayerInfo& layer) override;
  std::unique_ptr<LayerSink> put_layer(const LayerInfo& layer) override;
  std::optional<LayerRecord> recall_layer(const FilteredLayer& layer) override;
  void remember_layer(const FilteredLayer& layer, const LayerRecord& record) override;
  void put_config(const ImageConfig& config) override;
  void finalize() override;
  CheckResults verify(VerifyLevel level = VerifyLevel::standard) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace occy
