#include "occy/inputs/tar.hpp"

#include <limits>
#include <utility>

#include "inputs/archive_file.hpp"
#include "inputs/examined_source.hpp"
#include "inputs/layer_hint.hpp"
#include "inputs/tar_structure.hpp"
#include "io/file_source.hpp"

namespace occy {
namespace {

void expect_unchanged(const io::File& file, const io::FileStamp& before) {
  if (file.stamp() == before) return;
  throw Error(Errc::io, Side::input,
              {.subject = file.path().string(),
               .what = "the file was changed while it was read",
               .expected = std::to_string(before.size) + " bytes, unchanged",
               .found = std::to_string(file.size()) + " bytes, changed"});
}

/// Checks at the end of the layer that the file is still the one that was indexed.
class TarLayerReader final : public LayerReader {
 public:
  TarLayerReader(const io::File& file, const io::FileStamp& stamp, const StoredLayer& layer)
      : file_(file), stamp_(stamp), layer_(layer), bytes_(std::in_place, file, layer.offset, layer.size) {}

  const LayerInfo& info() const noexcept override { return layer_.info; }

  Block next() override {
    const Block block = bytes_->next();
    if (block.empty()) expect_unchanged(file_, stamp_);
    return block;
  }

  std::uint64_t skip(std::uint64_t bytes) override {
    bytes_->skip(bytes);
    return bytes;
  }

  bool restart() override {
    bytes_.emplace(file_, layer_.offset, layer_.size);
    return true;
  }

  std::optional<std::uint64_t> size_hint() override {
    return size_hint_in(file_, layer_.offset, layer_.size, layer_.info.compression);
  }

 private:
  const io::File& file_;
  io::FileStamp stamp_;
  StoredLayer layer_;
  std::optional<io::FileRangeSource> bytes_;
};

}  // namespace

struct TarInput::State final : ExaminedSource {
  State(std::filesystem::path archive, TarInputOptions input_options)
      : ExaminedSource(archive.string(), input_options.limits),
        path(std::move(archive)),
        options(std::move(input_options)) {}

  ExaminedImage look() override {
    if (auto fault = open()) return {.faults = {std::move(*fault)}};
    auto [image, layers] = examine_tar(*file, tar::ArchiveIndex::build(*file, options.limits), name(), options);
    stored = std::move(layers);
    return std::move(image);
  }

  std::optional<tar::ArchiveFault> open() {
    auto opened = open_archive(path);
    if (!opened) return opened.error();
    file = std::move(*opened);
    stamp = file->stamp();
    return std::nullopt;
  }

  std::unique_ptr<LayerReader> open_layer(std::size_t number) override {
    if (number >= stored.size()) return nullptr;
    return std::make_unique<TarLayerReader>(*file, stamp, stored[number]);
  }

  std::filesystem::path path;
  TarInputOptions options;
  std::optional<io::File> file = {};
  io::FileStamp stamp = {};
  std::vector<StoredLayer> stored = {};
};

TarInput::TarInput(std::filesystem::path path, TarInputOptions options)
    : state_(std::make_unique<State>(std::move(path), std::move(options))) {}

TarInput::~TarInput() = default;

const ImageDescription& TarInput::describe() { return state_->describe(); }
CheckResults TarInput::check_structure() { return state_->check_structure(); }
std::unique_ptr<LayerReader> TarInput::next_layer() { return state_->next_layer(); }
unsigned TarInput::max_open_layers() const noexcept { return std::numeric_limits<unsigned>::max(); }

const ImageConfig& TarInput::config() {
  const ImageConfig& config = state_->config();
  expect_unchanged(*state_->file, state_->stamp);
  return config;
}

}  // namespace occy
