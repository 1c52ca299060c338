// outputs/store_sink.hpp: writes one layer into a file of a store.
#pragma once

#include <functional>
#include <memory>

#include "occy/layer.hpp"
#include "outputs/store_file.hpp"

namespace occy::outputs {

/// The layer has no name before it is proved; dropped, it was never there.
class StoreSink final : public LayerSink {
 public:
  /// Gives the file its name. Called by several threads at once.
  using Keep = std::function<void(StoreFile& file, const LayerRecord& record)>;

  /// `dropped` is called when the sink is destroyed without commit.
  StoreSink(std::unique_ptr<StoreFile> file, Keep keep, std::function<void()> dropped)
      : file_(std::move(file)), keep_(std::move(keep)), dropped_(std::move(dropped)) {}
  StoreSink(const StoreSink&) = delete;
  StoreSink& operator=(const StoreSink&) = delete;
  ~StoreSink() override {
    if (!kept_) dropped_();
  }

  void write(Block bytes) override { file_->write(bytes); }
  void commit(const LayerRecord& record) override;

 private:
  std::unique_ptr<StoreFile> file_;
  Keep keep_;
  std::function<void()> dropped_;
  bool kept_ = false;
};

}  // namespace occy::outputs
