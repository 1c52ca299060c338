// cli/publication_watch.hpp: notes when a job has published: from then on an interruption has nothing to clean up.
#pragma once

#include <memory>

#include "interrupt.hpp"
#include "occy/index_copy.hpp"
#include "occy/progress.hpp"

namespace occy::cli {

/// Passes everything on to `view`, which may be null. `interrupt` is borrowed.
class PublicationWatch final : public Progress {
 public:
  PublicationWatch(std::unique_ptr<Progress> view, Interrupt& interrupt);

  void stage_started(Stage stage) override;
  void layer_started(std::size_t number, const LayerInfo& layer) override;
  void layer_advanced(std::size_t number, std::uint64_t bytes) override;
  void layer_finished(std::size_t number, const LayerRecord& record) override;
  void layer_skipped(std::size_t number, const LayerInfo& layer) override;

 private:
  std::unique_ptr<Progress> view_;
  Interrupt& interrupt_;
};

/// The same for whole indexes. Both are borrowed; `view` may be null.
class IndexPublicationWatch final : public IndexCopyObserver {
 public:
  IndexPublicationWatch(IndexCopyObserver* view, Interrupt& interrupt) : view_(view), interrupt_(interrupt) {}

  void stage_started(Stage stage) override;
  void blob_finished(const Descriptor& blob) override;
  void blob_skipped(const Descriptor& blob) override;

 private:
  IndexCopyObserver* view_;
  Interrupt& interrupt_;
};

}  // namespace occy::cli
