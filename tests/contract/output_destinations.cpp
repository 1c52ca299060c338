#include "contract/output_destinations.hpp"

#include <filesystem>

#include "contract/store_destinations.hpp"
#include "occy/outputs/bundle.hpp"
#include "occy/outputs/docker.hpp"
#include "occy/outputs/mounts.hpp"
#include "occy/outputs/tar.hpp"
#include "occy/outputs/tree.hpp"
#include "support/keeping_engine.hpp"
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

/// An archive that is an OCI layout.
class OciTarDestination final : public Destination {
 public:
  std::unique_ptr<ImageOutput> output() override {
    return std::make_unique<TarWriter>(path(), TarWriterOptions{.form = TarWriterOptions::Form::oci});
  }
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

class DockerDestination final : public Destination {
 public:
  std::unique_ptr<ImageOutput> output() override {
    return std::make_unique<DockerWriter>(
        Reference::parse(kName).value(),
        DockerWriterOptions{.engine = {.socket = engine_.socket()}, .full_proof = EngineProof::export_});
  }
  bool has_image() override { return engine_.has(kName); }

  /// The engine keeps whole images only, and a spool file has no name.
  std::string leftovers() override { return {}; }

  AfterDrop after_drop() const override { return AfterDrop::may_give_up; }

 private:
  static constexpr const char* kName = "occy/test:1";

  KeepingEngine engine_;
};

/// A tree of files, and what a runtime needs beside it.
template <class Writer>
class UnpackedDestination final : public Destination {
 public:
  std::unique_ptr<ImageOutput> output() override { return std::make_unique<Writer>(path()); }
  bool has_image() override { return std::filesystem::exists(path()); }

  std::string leftovers() override {
    std::string names;
    for (const auto& name : directory_.names())
      if (name != path().filename()) names += name + "\n";
    return names;
  }

  AfterDrop after_drop() const override { return AfterDrop::may_give_up; }
  WhenThere when_there() const override { return WhenThere::refuses; }

 private:
  std::filesystem::path path() const { return directory_ / "image"; }

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
      kind<OciTarDestination>("TarWriter, OCI"),
      kind<DockerDestination>("DockerWriter"),
      kind<UnpackedDestination<TreeWriter>>("TreeWriter"),
      kind<UnpackedDestination<BundleWriter>>("BundleWriter"),
      kind<DirDestination>("DirWriter"),
      kind<SharedDirDestination>("DirWriter, a store with another image"),
      kind<LayoutDestination>("LayoutWriter"),
      kind<SharedLayoutDestination>("LayoutWriter, a layout with another image"),
      kind<UnpackedDestination<MountsWriter>>("MountsWriter"),
  };
  return kKinds;
}

}  // namespace occy::test
