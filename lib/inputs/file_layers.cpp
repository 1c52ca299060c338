#include "inputs/file_layers.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "inputs/layer_claims.hpp"
#include "inputs/layer_hint.hpp"
#include "occy/error.hpp"
#include "tar/archive_documents.hpp"

namespace occy {
namespace {

class Search {
 public:
  Search(const DirectoryMembers& members, const std::vector<NamedLayer>& layers,
         const std::optional<ImageConfig>& config)
      : members_(members), layers_(layers), claims_(config, layers.size()) {}

  FileLayers run() {
    for (std::size_t position = 0; position < layers_.size(); ++position) find(position);
    return std::move(found_);
  }

 private:
  void find(std::size_t position) {
    const NamedLayer& layer = layers_[position];
    const auto file = members_.open(layer.file);
    if (!file) return found_.faults.push_back(file.error());
    const io::FileStamp stamp = file->stamp();
    expect_size(layer, stamp.size);
    const auto [known, is_new] = by_file_.try_emplace(layer.file, found_.infos.size());
    if (!is_new) return list_again(position, found_.infos[known->second]);
    LayerInfo info = describe(position, *file, stamp.size);
    found_.files.push_back({.info = info, .file = layer.file, .stamp = stamp});
    found_.infos.push_back(std::move(info));
  }

  void expect_size(const NamedLayer& layer, std::uint64_t size) {
    if (!layer.stored || layer.stored->size == size) return;
    found_.faults.push_back({.code = Errc::size_mismatch,
                             .check = "layer-size",
                             .detail = {.subject = members_.subject(layer.file),
                                        .what = "the layer has another size than its descriptor",
                                        .expected = std::to_string(layer.stored->size) + " bytes",
                                        .found = std::to_string(size)}});
  }

  void list_again(std::size_t position, LayerInfo earlier) {
    auto fault = claims_.conflict(position, earlier, members_.subject(layers_[position].file));
    if (fault) found_.faults.push_back(std::move(*fault));
    found_.infos.push_back(std::move(earlier));
  }

  LayerInfo describe(std::size_t position, const io::File& file, std::uint64_t size) const {
    LayerInfo info{.stored = layers_[position].stored,
                   .compression = compression_of(file),
                   .name = members_.subject(layers_[position].file)};
    claims_.describe(position, info);
    if (info.compression == Compression::none) info.size = size;
    return info;
  }

  const DirectoryMembers& members_;
  const std::vector<NamedLayer>& layers_;
  const LayerClaims claims_;
  std::map<std::string, std::size_t> by_file_;
  FileLayers found_;
};

class FileLayerReader final : public LayerReader {
 public:
  FileLayerReader(io::File file, const FileLayer& layer)
      : file_(std::move(file)),
        layer_(layer),
        buffer_(static_cast<std::size_t>(std::min<std::uint64_t>(layer.stamp.size, io::kBlockSize))) {
    require_unchanged();
  }

  const LayerInfo& info() const noexcept override { return layer_.info; }

  Block next() override {
    if (position_ > layer_.stamp.size) passed_end();
    const std::uint64_t left = layer_.stamp.size - position_;
    const auto block =
        std::span(buffer_).first(static_cast<std::size_t>(std::min<std::uint64_t>(left, buffer_.size())));
    file_.read_exactly_at(block, position_);
    position_ += block.size();
    if (block.empty()) require_unchanged();
    return block;
  }

  std::uint64_t skip(std::uint64_t bytes) override {
    if (layer_.info.compression != Compression::none) return 0;
    position_ += std::min(bytes, layer_.stamp.size + 1 - position_);  // never round 2^64
    return bytes;
  }

  bool restart() override {
    position_ = 0;
    return true;
  }

  std::optional<std::uint64_t> size_hint() override {
    return size_hint_in(file_, 0, layer_.stamp.size, layer_.info.compression);
  }

 private:
  [[noreturn]] void passed_end() const {
    throw Error(Errc::size_mismatch, Side::input,
                {.subject = layer_.info.name,
                 .what = "the layer ends too early",
                 .expected = "more than " + std::to_string(layer_.stamp.size) + " bytes"});
  }

  void require_unchanged() const {
    if (file_.stamp() == layer_.stamp) return;
    throw Error(Errc::io, Side::input,
                {.subject = layer_.info.name,
                 .what = "the file was changed while it was read",
                 .expected = std::to_string(layer_.stamp.size) + " bytes, unchanged",
                 .found = std::to_string(file_.size()) + " bytes, changed"});
  }

  io::File file_;
  FileLayer layer_;
  std::vector<std::byte> buffer_;
  std::uint64_t position_ = 0;
};

}  // namespace

FileLayers find_file_layers(const DirectoryMembers& members, const std::vector<NamedLayer>& layers,
                            const std::optional<ImageConfig>& config) {
  return Search(members, layers, config).run();
}

std::unique_ptr<LayerReader> open_file_layer(const DirectoryMembers& members, const FileLayer& layer) {
  auto file = members.open(layer.file);
  if (!file) throw tar::to_error(file.error());
  return std::make_unique<FileLayerReader>(std::move(*file), layer);
}

}  // namespace occy
