#include "occy/outputs/layout_blobs.hpp"

#include <set>

#include "occy/index_copy.hpp"
#include "occy/inputs/layout.hpp"
#include "occy/inputs/layout_blobs.hpp"
#include "support/blob_store.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/saved_directory.hpp"
#include "support/temp_dir.hpp"

using namespace occy;
using namespace occy::test;
namespace fs = std::filesystem;

namespace {

IndexCopyReport copy_to_layout(const fs::path& layout, const UsualIndex& source, const std::string& tag = "1",
                               const IndexCopyOptions& options = {.verify = VerifyLevel::full}) {
  MemoryBlobInput input(source.store, source.root);
  LayoutBlobOutput output(layout, {.tag = tag});
  IndexCopyReport report = copy_index(input, output, options);
  CHECK(report.outcome() == ProcessReport::Outcome::verified);
  return report;
}

fs::path blob_file(const fs::path& layout, const Digest& digest) { return layout / "blobs/sha256" / digest.hex(); }

/// Copies, spoils what landed, and asks for the proof again.
CheckResults verified_layout_after(const std::function<void(const fs::path& layout, const UsualIndex& source)>& spoil,
                                   VerifyLevel level) {
  const TempDir directory;
  const UsualIndex source;
  MemoryBlobInput input(source.store, source.root);
  LayoutBlobOutput output(directory / "layout", {.tag = "1"});
  (void)copy_index(input, output, {.verify = std::nullopt});
  spoil(directory / "layout", source);
  return output.verify(level);
}

}  // namespace

TEST_CASE("layout blobs: an index goes into a layout and out of it with every digest", "[outputs]") {
  const TempDir directory;
  const UsualIndex source;

  const IndexCopyReport report = copy_to_layout(directory / "layout", source);

  LayoutBlobInput input(directory / "layout", {.tag = "1"});
  MemoryBlobOutput back;
  (void)copy_index(input, back);
  CHECK(back.store.blobs == source.store.blobs);
  CHECK(back.root->digest == source.root.digest);
  CHECK(back.root->media_type == source.root.media_type);
  CHECK(report.verification->find("verify.ok")->message == "all 5 manifests and 9 blobs verified");
}

TEST_CASE("layout blobs: an image of the index can be read from the layout", "[outputs]") {
  const TempDir directory;
  copy_to_layout(directory / "layout", UsualIndex());
  LayoutInput input(directory / "layout", {.tag = "1", .platform = Platform{"linux", "amd64"}});

  CHECK(input.describe().layers->size() == 2);
  CHECK(input.check_structure().error_count() == 0);
}

TEST_CASE("layout blobs: a second index joins the first, and blobs that are there are not written again", "[outputs]") {
  const TempDir directory;
  const UsualIndex source;
  copy_to_layout(directory / "layout", source, "1");

  const IndexCopyReport report = copy_to_layout(directory / "layout", source, "2");

  CHECK(report.blobs == 0);
  CHECK(report.known_blobs == 9);
  for (const std::string tag : {"1", "2"})
    CHECK(LayoutBlobInput(directory / "layout", {.tag = tag}).root().digest == source.root.digest);
}

TEST_CASE("layout blobs: a blob that was put twice is verified and counted once", "[outputs]") {
  const TempDir directory;
  const UsualIndex source;
  MemoryBlobInput input(source.store, source.root);
  input.interrupted = source.first_layer();
  LayoutBlobOutput output(directory / "layout", {.tag = "1"});

  const IndexCopyReport report = copy_index(input, output, {.verify = VerifyLevel::full});

  CHECK(report.verification->find("verify.ok")->message == "all 5 manifests and 9 blobs verified");
}

TEST_CASE("layout blobs: a blob that is there and wrong is replaced", "[outputs]") {
  const TempDir directory;
  const UsualIndex source;
  copy_to_layout(directory / "layout", source, "1");
  const fs::path file = blob_file(directory / "layout", source.first_layer());
  std::string bytes = read_file(file);
  bytes[100] ^= 1;
  fs::permissions(file, fs::perms::owner_all);
  write_file(file, bytes);

  CHECK(copy_to_layout(directory / "layout", source, "2").blobs == 1);
}

TEST_CASE("layout blobs: without a tag of its own the layout gets the source's", "[outputs]") {
  const TempDir directory;
  const UsualIndex source;
  copy_to_layout(directory / "one", source, "1.5");
  LayoutBlobInput input(directory / "one", {});
  LayoutBlobOutput output(directory / "two");

  (void)copy_index(input, output);

  CHECK(LayoutBlobInput(directory / "two", {}).root().digest == source.root.digest);
}

TEST_CASE("layout blobs: after a failure there is no layout, and nothing else", "[outputs]") {
  const TempDir directory;
  UsualIndex source;
  source.store.blobs.at(source.first_layer())[7] ^= 1;
  MemoryBlobInput input(source.store, source.root);

  {
    LayoutBlobOutput output(directory / "layout", {.tag = "1"});
    CHECK(error_of([&] { (void)copy_index(input, output); }).code() == Errc::digest_mismatch);
  }

  CHECK(directory.names().empty());
}

TEST_CASE("layout blobs: a directory that is no layout is refused before a blob is read", "[outputs]") {
  const TempDir directory;
  write_file(directory / "a file", "text");
  const UsualIndex source;
  MemoryBlobInput input(source.store, source.root);
  LayoutBlobOutput output(directory.path());

  const Error error = error_of([&] { (void)copy_index(input, output); });

  CHECK(error.code() == Errc::destination);
  CHECK(directory.names() == std::vector<std::string>{"a file"});
}

TEST_CASE("layout blobs: what does not stand there as it was written is found, by name", "[outputs]") {
  const auto remove = [](const Digest& digest) {
    return [digest](const fs::path& layout, const UsualIndex&) { fs::remove(blob_file(layout, digest)); };
  };
  const auto flip = [](const fs::path& layout, const UsualIndex& source) {
    const fs::path file = blob_file(layout, source.first_layer());
    std::string bytes = read_file(file);
    bytes[1000] ^= 1;
    write_file(file, bytes);
  };
  const UsualIndex source;

  const CheckResults root = verified_layout_after(remove(source.root.digest), VerifyLevel::standard);
  REQUIRE(root.find("verify.manifest") != nullptr);
  CHECK_THAT(root.find("verify.manifest")->subject, contains_text(source.root.digest.hex()));
  CHECK(verified_layout_after(remove(source.first_layer()), VerifyLevel::standard).find("verify.layer") != nullptr);
  CHECK(verified_layout_after(remove(source.first_layer()), VerifyLevel::full).error_count() == 1);
  CHECK_FALSE(verified_layout_after(flip, VerifyLevel::standard).has_errors());
  const CheckResults flipped = verified_layout_after(flip, VerifyLevel::full);
  REQUIRE(flipped.find("verify.digest") != nullptr);
  CHECK_THAT(flipped.find("verify.digest")->message, contains_text("expected " + source.first_layer().str()));
}

TEST_CASE("layout blobs: a layout that is gone, or was never published, is an error and no exception", "[outputs]") {
  const auto gone = [](const fs::path& layout, const UsualIndex&) { fs::remove_all(layout); };

  CHECK(verified_layout_after(gone, VerifyLevel::standard).find("verify.layout") != nullptr);
  CHECK(LayoutBlobOutput("nowhere").verify(VerifyLevel::full).find("verify.layout") != nullptr);
}
