// occy/inputs/tar_stream.hpp: an image in an archive that can only be read forward: a pipe, a socket, a tape.
#pragma once

#include <memory>
#include <string>

#include "occy/input.hpp"
#include "occy/inputs/tar.hpp"

namespace occy {

/// The same archives as TarInput, from bytes that come once. Layers are handed out as they come by; manifest.json and
/// the config may stand behind them, so describe() knows neither layers nor names, and config() knows them at the end.
/// Nothing is spooled. A stream that is gzip or zstd as a whole (docker save | gzip) is unpacked as it comes.
///
/// An archive with several images works only when every layer in it belongs to the one that is wanted; otherwise the
/// output is told of a layer that the config does not have, and process() refuses: save it to a file first.
class OCCY_API TarStreamInput final : public ImageInput {
 public:
  /// Reads `bytes` to their end. `name` stands for them in messages: "standard input".
  TarStreamInput(std::unique_ptr<BlockSource> bytes, std::string name, TarInputOptions options = {});

  /// The same, from a file descriptor, which is borrowed and must outlive the input.
  TarStreamInput(int descriptor, std::string name, TarInputOptions options = {});
  ~TarStreamInput() override;

  const ImageDescription& describe() override;
  std::unique_ptr<LayerReader> next_layer() override;
  const ImageConfig& config() override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace occy
