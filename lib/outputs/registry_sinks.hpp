// outputs/registry_sinks.hpp: one layer on its way into a registry.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "codec/encoder.hpp"
#include "occy/layer.hpp"
#include "registry/repository.hpp"

namespace occy::outputs {

/// What the writer is told of a layer. Called by several threads at once.
struct LayerFate {
  /// The blob is in the registry: `stored` says which.
  std::function<void(const LayerRecord&)> sent;

  /// Destroyed without commit.
  std::function<void()> dropped;
};

/// Sends the bytes as they come.
class StoredLayerSink final : public LayerSink {
 public:
  StoredLayerSink(std::unique_ptr<registry::BlobUpload> upload, LayerFate fate);
  StoredLayerSink(const StoredLayerSink&) = delete;
  StoredLayerSink& operator=(const StoredLayerSink&) = delete;
  ~StoredLayerSink() override;

  void write(Block bytes) override { upload_->write(bytes); }
  void commit(const LayerRecord& record) override;

 private:
  std::unique_ptr<registry::BlobUpload> upload_;
  LayerFate fate_;
  bool sent_ = false;
};

/// Packs plain bytes on their way, and hashes what it sends.
class PackedLayerSink final : public LayerSink {
 public:
  /// `threads` is borrowed.
  PackedLayerSink(std::unique_ptr<registry::BlobUpload> upload, Compression compression, codec::PackingThreads& threads,
                  LayerFate fate);

  void write(Block bytes) override { encoder_->write(bytes); }
  void commit(const LayerRecord& record) override;

 private:
  void send(Block packed);

  StoredLayerSink out_;
  Compression compression_;
  Sha256 hash_;
  std::uint64_t size_ = 0;
  std::unique_ptr<codec::Encoder> encoder_;
};

}  // namespace occy::outputs
