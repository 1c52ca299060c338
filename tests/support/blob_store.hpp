// support/blob_store.hpp: documents and blobs in memory: as an index from code, a BlobInput, and a BlobOutput.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "occy/blobs.hpp"
#include "occy/platform.hpp"
#include "support/failing_calls.hpp"

namespace occy::test {

/// What an index says of one manifest.
struct StoredEntry {
  Descriptor descriptor;
  std::optional<Platform> platform = {};

  /// The image that an attestation is about.
  std::optional<Digest> about = {};
};

/// Blobs by digest.
struct BlobStore {
  std::map<Digest, std::string> blobs;

  Descriptor add(std::string bytes, std::string media_type);

  /// A manifest with a config and `layers` layers, all made from `seed`.
  Descriptor add_image(const std::string& seed, std::size_t layers = 2);

  /// Real layers and a config that names them: an image that can be read.
  Descriptor add_whole_image(std::uint32_t seed);

  Descriptor add_index(const std::vector<StoredEntry>& entries);

  [[nodiscard]] ImageManifest document(const Descriptor& descriptor) const;

  /// Writes it as an OCI layout whose index.json names `root`, under `tag` where that is not empty.
  void write_layout(const std::filesystem::path& path, const Descriptor& root, const std::string& tag) const;
};

/// amd64 and arm64, an attestation about each, and a layer that both share.
[[nodiscard]] Descriptor add_usual_index(BlobStore& store);

/// That index, and what is below it.
struct UsualIndex {
  BlobStore store;
  Descriptor root = add_usual_index(store);

  /// Of the layers: they are its only large blobs.
  [[nodiscard]] Digest first_layer() const;
};

class MemoryBlobInput final : public BlobInput {
 public:
  /// Borrows the store.
  MemoryBlobInput(const BlobStore& store, const Descriptor& root) : store_(store), root_(store.document(root)) {}

  std::string name() const override { return "memory"; }
  const ImageManifest& root() override { return root_; }
  ImageManifest document(const Descriptor& descriptor) override;
  std::unique_ptr<BlockSource> blob(const Descriptor& descriptor) override;

  /// How often each blob and document was asked for.
  std::map<Digest, int> asked;

  /// Reading this blob ends the first time as if the destination had lost it: Errc::interrupted.
  std::optional<Digest> interrupted = {};

 private:
  [[nodiscard]] const std::string& bytes_of(const Descriptor& descriptor);
  [[nodiscard]] bool interrupts(const Digest& digest);

  const BlobStore& store_;
  ImageManifest root_;
  std::mutex mutex_;
};

class MemoryBlobOutput final : public BlobOutput {
 public:
  explicit MemoryBlobOutput(FailingCalls calls = {}) : calls_(calls) {}

  void begin(const std::vector<Reference>&, const std::vector<Descriptor>&) override { calls_.count("begin"); }
  bool has_blob(const Descriptor& descriptor) override;
  std::unique_ptr<BlobSink> put_blob(const Descriptor& descriptor) override;
  void put_document(const ImageManifest& document) override;
  void finalize(const ImageManifest& root) override;
  CheckResults verify(VerifyLevel level) override;

  /// What landed: blobs, and documents in the order in which they came.
  BlobStore store;
  std::vector<Digest> documents;
  std::optional<ImageManifest> root;
  std::optional<VerifyLevel> verified;

 private:
  class Sink;

  FailingCalls calls_;
  std::mutex mutex_;
};

}  // namespace occy::test
