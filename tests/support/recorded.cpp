#include "support/recorded.hpp"

#include <map>
#include <string>

#include "support/archive_members.hpp"
#include "support/docker_api.hpp"
#include "tar/docker_archive.hpp"

namespace occy::test {
TestImage recorded_image() {
  const auto all = archive_members(read_api_file("inputs/docker-save-form.tar"));
  const std::map<std::string, std::string> members{all.begin(), all.end()};
  const auto archive = tar::parse_archive_manifest(members.at("manifest.json"), {}).value().at(0);
  TestImage image{.layers = {},
                  .config = ImageConfig::parse(members.at(archive.config)).value(),
                  .references = {Reference::parse(archive.tags.at(0)).value()}};
  for (const auto& layer : archive.layers) image.layers.push_back(members.at(layer));
  return image;
}

}  // namespace occy::test
