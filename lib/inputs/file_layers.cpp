#include "inputs/file_layers.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "occy/error.hpp"
#include "tar/archive_documents.hpp"

namespace occy {
namespace {

class Search {
 public:
  Search(const DirectoryMembers& members, const std::vector<NamedLayer>& layers,
         const std::optional<ImageConfig>& config)
      : members_(members), layers_(layers) {
    if (config && config->diff_ids().size() == layers.size()) diff_ids_ = &config->diff_ids();
  }

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
    if (const auto* earlier = same_layer(position)) {
      expect_same_diff_id(position, *earlier);
      found_.infos.emplace_back(*earlier);
      return;
    }
    LayerInfo info = describe(position, *file, stamp.size);
    by_file_.emplace(layer.file, found_.infos.size());
    if (info.diff_id) by_diff_id_.emplace(*info.diff_id, found_.infos.size());
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

  /// The layer at a lower position with the same diff_id or in the same file.
  const LayerInfo* same_layer(std::size_t position) const {
    if (diff_ids_ != nullptr)
      if (const auto same = by_diff_id_.find((*diff_ids_)[position]); same != by_diff_id_.end())
        return &found_.infos[same->second];
    const auto same = by_file_.find(layers_[position].file);
    return same != by_file_.end() ? &found_.infos[same->second] : nullptr;
  }

  void expect_same_diff_id(std::size_t position, const LayerInfo& earlier) {
    if (diff_ids_ == nullptr || earlier.diff_id == (*diff_ids_)[position]) return;
    found_.faults.push_back(
        tar::layer_shared(members_.subject(layers_[position].file), (*diff_ids_)[position], *earlier.diff_id));
  }

  LayerInfo describe(std::size_t position, const io::File& file, std::uint64_t size) const {
    LayerInfo info{.stored = layers_[position].stored,
                   .compression = compression_of(file),
                   .name = members_.subject(layers_[position].file)};
    if (diff_ids_ != nullptr) {
      info.index = position;
      info.diff_id = (*diff_ids_)[position];
    }
    if (info.compression == Compression::none) info.size = size;
    return info;
  }

  const DirectoryMembers& members_;
  const std::vector<NamedLayer>& layers_;
  const std::vector<Digest>* diff_ids_ = nullptr;
  std::map<std::string, std::size_t> by_file_;
  std::map<Digest, std::size_t> by_diff_id_;
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
