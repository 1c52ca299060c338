#include "contract/output_destinations.hpp"

#include <filesystem>

#include "occy/outputs/tar.hpp"
#include "support/temp_dir.hpp"

namespace occy::test {

namespace {

class TarDestination final : public Destination {
 public:
  std::unique_ptr<ImageOutput> output() override { return std::make_unique<TarWriter>(path()); }
  bool has_image() override { return std::filesystem::exists(path()); }

  std::string leftovers() override {
    std::string names;
    for (const auto& name : directory_.names())
      if (name != path().filename()) names += name + "\n";
    return names;
  }

 private:
  std::filesystem::path path() const { return directory_ / "image.tar"; }

  TempDir directory_;
};

template <class Kind>
DestinationKind kind(std::string name) {
  return {.name = std::move(name), .make = [] { return std::make_unique<Kind>(); }};
}

}  // namespace

const std::vector<DestinationKind>& destination_kinds() {
  static const std::vector<DestinationKind> kKinds = {
      kind<TarDestination>("TarWriter"),
  };
  return kKinds;
}

}  // namespace occy::test
