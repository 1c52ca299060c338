// outputs/load_sinks.hpp: how one layer gets into the archive that is streamed into an engine.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
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

  /// Ends a member that is not the layer, and that nothing will mention: the archive may go on.
  void give_up_member();

  [[nodiscard]] const LayerInfo& layer() const noexcept { return layer_; }

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

/// A layer whose size is known at its end. Where its source hints at it, its bytes go straight on all the same; else,
/// or after a hint that was wrong, it waits in a file without a name.
class UnsizedSink final : public LoadSink {
 public:
  UnsizedSink(LoadArchive& archive, const LayerInfo& layer, std::filesystem::path directory, const Limits& limits);

  void prepare(const SizeHint& hint, const std::stop_token& stop) override;

 private:
  void take(Block bytes) override;
  void end(const LayerRecord& record) override;

  void spool(Block bytes);
  void send_spooled(const LayerRecord& record);
  void send_file();
  [[noreturn]] void lose(std::string found);

  std::filesystem::path directory_;
  std::uint64_t limit_;
  std::string member_;
  std::optional<std::uint64_t> hint_;
  std::optional<io::File> spool_;
  std::uint64_t size_ = 0;
};

}  // namespace occy
