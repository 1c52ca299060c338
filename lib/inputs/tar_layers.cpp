#include "inputs/tar_layers.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "tar/archive_documents.hpp"

namespace occy {
namespace {

class Location {
 public:
  Location(const TarMembers& members, const tar::ArchiveImage& image, const std::optional<ImageConfig>& config)
      : members_(members), image_(image) {
    if (config && config->diff_ids().size() == image.layers.size()) diff_ids_ = &config->diff_ids();
  }

  LocatedLayers run() {
    for (std::size_t position = 0; position < image_.layers.size(); ++position) locate(position);
    return std::move(located_);
  }

 private:
  void locate(std::size_t position) {
    const auto member = members_.find(image_.layers[position]);
    if (!member) return located_.faults.push_back(member.error());
    if (const auto* earlier = same_layer(position, *member)) {
      expect_same_diff_id(position, *earlier);
      return located_.infos.push_back(*earlier);
    }
    LayerInfo info = describe(position, **member);
    by_member_.emplace(*member, located_.infos.size());
    if (info.diff_id) by_diff_id_.emplace(*info.diff_id, located_.infos.size());
    located_.stored.push_back({.info = info, .offset = (*member)->data_offset, .size = (*member)->size});
    located_.infos.push_back(std::move(info));
  }

  /// The layer at a lower position with the same diff_id or the same stored bytes.
  const LayerInfo* same_layer(std::size_t position, const tar::Member* member) const {
    if (diff_ids_ != nullptr)
      if (const auto same = by_diff_id_.find((*diff_ids_)[position]); same != by_diff_id_.end())
        return &located_.infos[same->second];
    const auto same = by_member_.find(member);
    return same != by_member_.end() ? &located_.infos[same->second] : nullptr;
  }

  void expect_same_diff_id(std::size_t position, const LayerInfo& earlier) {
    if (diff_ids_ == nullptr || earlier.diff_id == (*diff_ids_)[position]) return;
    located_.faults.push_back(
        tar::layer_shared(members_.subject(image_.layers[position]), (*diff_ids_)[position], *earlier.diff_id));
  }

  LayerInfo describe(std::size_t position, const tar::Member& member) const {
    LayerInfo info{.compression = members_.compression_of(member), .name = members_.subject(image_.layers[position])};
    if (diff_ids_ != nullptr) {
      info.index = position;
      info.diff_id = (*diff_ids_)[position];
    }
    if (info.compression == Compression::none) info.size = member.size;
    if (const auto digest = tar::digest_in_name(member.name))
      info.stored = Descriptor{.media_type = {}, .digest = *digest, .size = member.size};
    return info;
  }

  const TarMembers& members_;
  const tar::ArchiveImage& image_;
  const std::vector<Digest>* diff_ids_ = nullptr;
  std::map<const tar::Member*, std::size_t> by_member_;
  std::map<Digest, std::size_t> by_diff_id_;
  LocatedLayers located_;
};

}  // namespace

LocatedLayers locate_layers(const TarMembers& members, const tar::ArchiveImage& image,
                            const std::optional<ImageConfig>& config) {
  return Location(members, image, config).run();
}

}  // namespace occy
