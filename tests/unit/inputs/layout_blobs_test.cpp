#include "occy/inputs/layout_blobs.hpp"

#include <boost/json.hpp>

#include "support/blob_store.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/memory_source.hpp"
#include "support/temp_dir.hpp"

using namespace occy;
using namespace occy::test;
namespace fs = std::filesystem;

namespace {

struct Layout {
  TempDir directory;
  BlobStore store;
  Descriptor root = add_usual_index(store);
  fs::path path = directory / "layout";

  Layout() { store.write_layout(path, root, "1"); }

  [[nodiscard]] LayoutBlobInput open(LayoutBlobInputOptions options = {}) const {
    return LayoutBlobInput(path, std::move(options));
  }
};

}  // namespace

TEST_CASE("layout blob input: the root is what the tag, the digest or the only entry leads to", "[inputs]") {
  const Layout layout;
  LayoutBlobInputOptions options;
  SECTION("the only entry") {}
  SECTION("the tag") { options.tag = "1"; }
  SECTION("the digest") { options.digest = layout.root.digest; }
  LayoutBlobInput input = layout.open(options);

  CHECK(input.root().digest == layout.root.digest);
  CHECK(input.root().bytes == layout.store.blobs.at(layout.root.digest));
  CHECK(input.root().media_type == "application/vnd.oci.image.index.v1+json");
  CHECK(input.name() == layout.path.string());
}

TEST_CASE("layout blob input: nothing below the root is given before the root was asked for", "[inputs]") {
  const Layout layout;
  auto input = layout.open();

  CHECK(error_of([&] { (void)input.document(layout.root); }).side() == Side::usage);
  CHECK(error_of([&] { (void)input.blob(layout.root); }).side() == Side::usage);
}

TEST_CASE("layout blob input: index.json is the root where it lists the platforms itself", "[inputs]") {
  const TempDir directory;
  BlobStore store;
  const Descriptor amd64 = store.add_image("amd64");
  const Descriptor index =
      store.add_index({{.descriptor = amd64, .platform = Platform{"linux", "amd64"}},
                       {.descriptor = store.add_image("arm64"), .platform = Platform{"linux", "arm64"}},
                       {.descriptor = store.add_image("proof"), .about = amd64.digest}});
  store.write_layout(directory / "layout", index, "");
  write_file(directory / "layout/index.json", store.blobs.at(index.digest));

  CHECK(LayoutBlobInput(directory / "layout").root().digest == index.digest);
}

TEST_CASE("layout blob input: blobs and documents come by digest", "[inputs]") {
  const Layout layout;
  LayoutBlobInput input = layout.open();
  (void)input.root();

  for (const auto& [digest, bytes] : layout.store.blobs)
    CHECK(drain(*input.blob({.media_type = {}, .digest = digest})) == bytes);
  const ImageManifest document = input.document(layout.root);
  CHECK(document.bytes == layout.store.blobs.at(layout.root.digest));
}

TEST_CASE("layout blob input: what is missing or wrong is named", "[inputs]") {
  const Layout layout;
  const auto root_file = layout.path / "blobs/sha256" / layout.root.digest.hex();

  SECTION("no such tag") {
    const Error error = error_of([&] { (void)layout.open({.tag = "2"}).root(); });
    CHECK(error.code() == Errc::not_found);
    CHECK_THAT(error.what(), contains_text("expected the tag 2, found 1"));
  }
  SECTION("no such blob") {
    fs::remove(root_file);
    const Error error = error_of([&] { (void)layout.open().root(); });
    CHECK(error.code() == Errc::not_found);
    CHECK_THAT(error.what(), contains_text(layout.root.digest.hex()));
  }
  SECTION("other bytes") {
    write_file(root_file, "{}");
    CHECK(error_of([&] { (void)layout.open().root(); }).code() == Errc::digest_mismatch);
  }
  SECTION("no layout") {
    fs::remove(layout.path / "oci-layout");
    CHECK(error_of([&] { (void)layout.open().root(); }).side() == Side::input);
  }
  SECTION("no directory") {
    CHECK(error_of([&] { (void)LayoutBlobInput(layout.path / "none").root(); }).code() == Errc::not_found);
  }
}
