// outputs/load_sinks.hpp: how one layer gets into the archive that is streamed into an engine.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "io/file.hpp"
#include "occy/layer.hpp"
#include "outputs/expansion_guard.hpp"

namespace occy {

class LoadArchive;

/// What both kinds share: no byte goes on before the guard has seen it, and once the layer has sent bytes, giving it up
/// takes the whole archive with it, because a stream cannot take bytes back.
class LoadSink : public LayerSink {
 public:
  ~LoadSink() override;

  void write(Block bytes) final;
  void commit(const LayerRecord& record) final;

 protected:
  LoadSink(LoadArchive& archive, const LayerInfo& layer, const Limits& limits);

  [[nodiscard]] LoadArchive& archive() noexcept { return archive_; }

  /// Begins the layer's member in the archive.
  void begin_member(const std::string& member, std::uint64_t size);

 private:
  virtual void take(Block bytes) = 0;
  virtual void end(const LayerRecord& record) = 0;

  LoadArchive& archive_;
  LayerInfo layer_;
  ExpansionGuard guard_;
  enum class Sent { nothing, some, whole } sent_ = Sent::nothing;
};

/// A layer whose size is known: its bytes go straight on.
class StreamedSink final : public LoadSink {
 public:
  StreamedSink(LoadArchive& archive, const LayerInfo& layer, std::string member, const Limits& limits);

 private:
  void take(Block bytes) override;
  void end(const LayerRecord& record) override;

  std::string member_;
};

/// A layer whose size is known at its end: it waits in a file without a name.
class SpooledSink final : public LoadSink {
 public:
  SpooledSink(LoadArchive& archive, const LayerInfo& layer, const std::filesystem::path& directory,
              const Limits& limits);

 private:
  void take(Block bytes) override;
  void end(const LayerRecord& record) override;

  io::File spool_;
  std::uint64_t size_ = 0;
};

}  // namespace occy
