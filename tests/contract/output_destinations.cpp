#include "contract/output_destinations.hpp"

#include <filesystem>
#include <utility>

#include "contract/path_destinations.hpp"
#include "occy/outputs/bundle.hpp"
#include "occy/outputs/dir.hpp"
#include "occy/outputs/docker.hpp"
#include "occy/outputs/layout.hpp"
#include "occy/outputs/mounts.hpp"
#include "occy/outputs/registry.hpp"
#include "occy/outputs/tar.hpp"
#include "occy/outputs/tree.hpp"
#include "support/fake_registry.hpp"
#include "support/keeping_engine.hpp"

namespace occy::test {

namespace {

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

class RegistryDestination final : public Destination {
 public:
  std::unique_ptr<ImageOutput> output() override {
    return std::make_unique<RegistryWriter>(registry_.place("occy/test:1"), session_);
  }
  bool has_image() override { return registry_.manifest("occy/test", "1").has_value(); }

  /// Blobs without a manifest have no name, and the registry removes them.
  std::string leftovers() override {
    return registry_.open_uploads() == 0 ? "" : std::to_string(registry_.open_uploads()) + " uploads\n";
  }

 private:
  FakeRegistry registry_;
  RegistrySession session_;
};

template <class Writer, class... Options>
MakeOutput writer(const Options&... options) {
  return [=](const std::filesystem::path& path) { return std::make_unique<Writer>(path, options...); };
}

template <class Kind, class... Arguments>
DestinationKind kind(std::string name, Arguments... arguments) {
  return {.name = std::move(name), .make = [=] { return std::make_unique<Kind>(arguments...); }};
}

/// A directory that somebody may work in.
constexpr auto kRefuses = Destination::WhenThere::refuses;

/// What was unpacked of a layer cannot be taken back.
constexpr auto kMayGiveUp = Destination::AfterDrop::may_give_up;

constexpr auto kUnique = DirWriterOptions::Store::unique_names;

}  // namespace

const std::vector<DestinationKind>& destination_kinds() {
  static const DirWriterOptions kNamed{.store = kUnique, .names = std::vector{Reference::parse("occy/test:1").value()}};
  static const std::vector<DestinationKind> kKinds = {
      kind<NewPath>("TarWriter", writer<TarWriter>()),
      kind<NewPath>("TarWriter, OCI", writer<TarWriter>(TarWriterOptions{.form = TarWriterOptions::Form::oci})),
      kind<DockerDestination>("DockerWriter"),
      kind<NewPath>("TreeWriter", writer<TreeWriter>(), kRefuses, kMayGiveUp),
      kind<NewPath>("BundleWriter", writer<BundleWriter>(), kRefuses, kMayGiveUp),
      kind<NewPath>("MountsWriter", writer<MountsWriter>(), kRefuses, kMayGiveUp),
      kind<NewPath>("DirWriter", writer<DirWriter>(), kRefuses),
      kind<SharedStore>("DirWriter, a store with another image", writer<DirWriter>(DirWriterOptions{.store = kUnique}),
                        writer<DirWriter>(kNamed), Mention{"catalog.json", "\"occy/test:1\""}),
      kind<NewPath>("LayoutWriter", writer<LayoutWriter>()),
      kind<SharedStore>("LayoutWriter, a layout with another image", writer<LayoutWriter>(),
                        writer<LayoutWriter>(LayoutWriterOptions{.tag = "1"}),
                        Mention{"index.json", R"("org.opencontainers.image.ref.name":"1")"}),
      kind<RegistryDestination>("RegistryWriter"),
  };
  return kKinds;
}

}  // namespace occy::test
