#include "occy/inputs/tar_stream.hpp"

#include <optional>
#include <utility>

#include "inputs/unpacked_source.hpp"
#include "io/file_source.hpp"
#include "tar/archive_documents.hpp"
#include "tar/archive_stream.hpp"

namespace occy {

struct TarStreamInput::State {
  State(std::unique_ptr<BlockSource> source, std::string source_name, TarInputOptions wishes)
      : bytes(std::move(source)),
        name(std::move(source_name)),
        options(std::move(wishes)),
        description{.source = name} {}

  /// Reads nothing before the first layer is asked for: the one who writes the pipe may still be waiting.
  tar::ArchiveStream& open() {
    if (!archive) archive.emplace(unpacked(std::move(bytes), name, options.limits), name, options.limits);
    return *archive;
  }

  ImageConfig read_config() {
    const auto image = tar::find_image(name, open().images(), options.image);
    if (!image) throw tar::to_error(image.error());
    ImageConfig found = open().config(**image);
    const auto counted = tar::check_layer_count(name, **image, found);
    if (!counted) throw tar::to_error(counted.error());
    open().require_distinct_layers(**image, found);
    return found;
  }

  std::unique_ptr<BlockSource> bytes;
  std::string name;
  TarInputOptions options;
  ImageDescription description;
  std::optional<tar::ArchiveStream> archive;
  std::optional<ImageConfig> config;
};

TarStreamInput::TarStreamInput(std::unique_ptr<BlockSource> bytes, std::string name, TarInputOptions options)
    : state_(std::make_unique<State>(std::move(bytes), std::move(name), std::move(options))) {}

TarStreamInput::TarStreamInput(int descriptor, std::string name, TarInputOptions options)
    : TarStreamInput{std::make_unique<io::DescriptorSource>(descriptor, name, Side::input), std::move(name),
                     std::move(options)} {}

TarStreamInput::~TarStreamInput() = default;

const ImageDescription& TarStreamInput::describe() { return state_->description; }

std::unique_ptr<LayerReader> TarStreamInput::next_layer() { return state_->open().next_layer(); }

const ImageConfig& TarStreamInput::config() {
  if (!state_->config) state_->config = state_->read_config();
  return *state_->config;
}

}  // namespace occy
