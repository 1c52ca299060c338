#include "outputs/registry_sinks.hpp"

#include <utility>

#include "outputs/layout_documents.hpp"

namespace occy::outputs {

StoredLayerSink::StoredLayerSink(std::unique_ptr<registry::BlobUpload> upload, LayerFate fate)
    : upload_(std::move(upload)), fate_(std::move(fate)) {}

StoredLayerSink::~StoredLayerSink() {
  if (!sent_) fate_.dropped();
}

void StoredLayerSink::commit(const LayerRecord& record) {
  upload_->commit(stored_blob(record).digest);
  fate_.sent(record);
  sent_ = true;
}

PackedLayerSink::PackedLayerSink(std::unique_ptr<registry::BlobUpload> upload, Compression compression,
                                 codec::PackingThreads& threads, LayerFate fate)
    : out_(std::move(upload), std::move(fate)),
      compression_(compression),
      encoder_(codec::make_encoder(compression, threads, [this](Block packed) { send(packed); })) {}

void PackedLayerSink::commit(const LayerRecord& record) {
  encoder_->finish();
  LayerRecord packed = record;
  packed.stored = StoredBlob{.compression = compression_, .digest = hash_.finish(), .size = size_};
  out_.commit(packed);
}

void PackedLayerSink::send(Block packed) {
  hash_.update(packed);
  size_ += packed.size();
  out_.write(packed);
}

}  // namespace occy::outputs
