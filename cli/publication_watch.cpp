#include "publication_watch.hpp"

#include <utility>

namespace occy::cli {

PublicationWatch::PublicationWatch(std::unique_ptr<Progress> view, Interrupt& interrupt)
    : view_(view ? std::move(view) : std::make_unique<Progress>()), interrupt_(interrupt) {}

void PublicationWatch::stage_started(Stage stage) {
  view_->stage_started(stage);
  if (stage == Stage::verifying) interrupt_.nothing_left_to_clean();
}

void PublicationWatch::layer_started(std::size_t number, const LayerInfo& layer) {
  view_->layer_started(number, layer);
}

void PublicationWatch::layer_advanced(std::size_t number, std::uint64_t bytes) { view_->layer_advanced(number, bytes); }

void PublicationWatch::layer_finished(std::size_t number, const LayerRecord& record) {
  view_->layer_finished(number, record);
}

void PublicationWatch::layer_skipped(std::size_t number, const LayerInfo& layer) {
  view_->layer_skipped(number, layer);
}

void IndexPublicationWatch::stage_started(Stage stage) {
  if (view_ != nullptr) view_->stage_started(stage);
  if (stage == Stage::verifying) interrupt_.nothing_left_to_clean();
}

void IndexPublicationWatch::blob_finished(const Descriptor& blob) {
  if (view_ != nullptr) view_->blob_finished(blob);
}

void IndexPublicationWatch::blob_skipped(const Descriptor& blob) {
  if (view_ != nullptr) view_->blob_skipped(blob);
}

}  // namespace occy::cli
