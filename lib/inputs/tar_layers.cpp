#include "inputs/tar_layers.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "inputs/layer_claims.hpp"
#include "tar/archive_documents.hpp"

namespace occy {
namespace {

class Location {
 public:
  Location(const TarMembers& members, const tar::ArchiveImage& image, const std::optional<ImageConfig>& config)
      : members_(members), image_(image), claims_(config, image.layers.size()) {}

  LocatedLayers run() {
    for (std::size_t position = 0; position < image_.layers.size(); ++position) locate(position);
    return std::move(located_);
  }

 private:
  void locate(std::size_t position) {
    const auto member = members_.find(image_.layers[position]);
    if (!member) return located_.faults.push_back(member.error());
    const auto [known, is_new] = by_member_.try_emplace(*member, located_.infos.size());
    if (!is_new) return list_again(position, located_.infos[known->second]);
    LayerInfo info = describe(position, **member);
    located_.stored.push_back({.info = info, .offset = (*member)->data_offset, .size = (*member)->size});
    located_.infos.push_back(std::move(info));
  }

  void list_again(std::size_t position, LayerInfo earlier) {
    auto fault = claims_.conflict(position, earlier, members_.subject(image_.layers[position]));
    if (fault) located_.faults.push_back(std::move(*fault));
    located_.infos.push_back(std::move(earlier));
  }

  LayerInfo describe(std::size_t position, const tar::Member& member) const {
    LayerInfo info{.compression = members_.compression_of(member), .name = members_.subject(image_.layers[position])};
    claims_.describe(position, info);
    if (info.compression == Compression::none) info.size = member.size;
    if (const auto digest = tar::digest_in_name(member.name))
      info.stored = Descriptor{.media_type = {}, .digest = *digest, .size = member.size};
    return info;
  }

  const TarMembers& members_;
  const tar::ArchiveImage& image_;
  const LayerClaims claims_;
  std::map<const tar::Member*, std::size_t> by_member_;
  LocatedLayers located_;
};

}  // namespace

LocatedLayers locate_layers(const TarMembers& members, const tar::ArchiveImage& image,
                            const std::optional<ImageConfig>& config) {
  return Location(members, image, config).run();
}

}  // namespace occy
