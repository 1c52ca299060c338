#include "occy/filters/exclude.hpp"
#include "occy/inputs/layout.hpp"
#include "occy/inputs/tar.hpp"
#include "occy/outputs/layout.hpp"
#include "occy/outputs/tar.hpp"
#include "occy/process.hpp"
#include "support/archive_members.hpp"
#include "support/catch.hpp"
#include "support/saved_directory.hpp"
#include "support/tampered_archive.hpp"
#include "support/temp_dir.hpp"
#include "support/write_image.hpp"

using namespace occy;
using namespace occy::test;
namespace fs = std::filesystem;

namespace {

TarWriterOptions oci() { return {.form = TarWriterOptions::Form::oci}; }

ProcessReport copy_as_oci(ImageInput& input, ImageOutput& output, unsigned jobs = 1) {
  auto report = process(input, output, {.verify = VerifyLevel::full, .jobs = jobs});
  CHECK(report.outcome() == ProcessReport::Outcome::verified);
  return report;
}

/// Writes the usual image, lets `edit` change the archive, and verifies it.
CheckResults verify_after(VerifyLevel level, const std::function<void(TamperedArchive&)>& edit) {
  const TempDir directory;
  MemoryInput input(make_usual_image());
  TarWriter writer(directory / "image.tar", oci());
  write_image(input, writer);
  TamperedArchive archive(read_file(directory / "image.tar"));
  edit(archive);
  write_file(directory / "image.tar", archive.bytes());
  return writer.verify(level);
}

std::string manifest_name() {
  const TempDir directory;
  MemoryInput input(make_usual_image());
  LayoutWriter writer(directory / "layout");
  write_image(input, writer);
  return "blobs/sha256/" + LayoutInput(directory / "layout").describe().manifest->digest.hex();
}

}  // namespace

TEST_CASE("tar writer, oci: the manifest digest survives layout, archive, layout", "[outputs]") {
  const auto compression = GENERATE(Compression::none, Compression::gzip, Compression::zstd);
  const TempDir directory;
  const fs::path source = write_layout(directory / "source", small_image(), compression);
  {
    LayoutInput input(source);
    TarWriter writer(directory / "image.tar", oci());
    copy_as_oci(input, writer);
  }
  TarInput input(directory / "image.tar");
  REQUIRE(input.describe().manifest);
  CHECK(input.describe().manifest->digest == LayoutInput(source).describe().manifest->digest);
  CHECK_FALSE(input.check_structure().has_errors());
  LayoutWriter writer(directory / "target");

  copy_as_oci(input, writer);

  CHECK(files_below(directory / "target") == files_below(source));
}

TEST_CASE("tar writer, oci: the members are those of a layout and of a docker archive", "[outputs]") {
  const TempDir directory;
  const auto image = make_image({random_layer(1, 100)});
  MemoryInput input(image);
  TarWriter writer(directory / "image.tar", oci());

  copy_as_oci(input, writer);

  const auto members = archive_members(read_file(directory / "image.tar"));
  REQUIRE(members.size() == 6);
  CHECK(members[0].first == "blobs/sha256/" + sha256(image.layers[0]).hex());
  CHECK(members[0].second == image.layers[0]);
  CHECK(members[1].first == "blobs/sha256/" + image.config.digest().hex());
  CHECK(members[2].first == "blobs/sha256/" + sha256(members[2].second).hex());
  CHECK(members[3].first == "index.json");
  CHECK_THAT(members[3].second, contains_text(R"("io.containerd.image.name":"docker.io/occy/test:1")"));
  CHECK(members[4].first == "manifest.json");
  CHECK_THAT(members[4].second, contains_text("\"" + members[0].first + "\""));
  CHECK(members[5].first == "oci-layout");
}

TEST_CASE("tar writer, oci: the same bytes, whatever the number of jobs", "[outputs]") {
  const auto compression = GENERATE(Compression::none, Compression::gzip);
  const TempDir directory;
  const fs::path source = write_layout(directory / "source", small_image(), compression);
  for (const unsigned jobs : {1U, 8U}) {
    LayoutInput input(source);
    TarWriter writer(directory / std::to_string(jobs), oci());
    copy_as_oci(input, writer, jobs);
  }

  CHECK(read_file(directory / "1") == read_file(directory / "8"));
}

TEST_CASE("tar writer, oci: packed layers whose blobs nobody knows before are kept as they come", "[outputs]") {
  const TempDir directory;
  const auto knowledge = GENERATE(Knowledge::no_sizes, Knowledge::nothing);
  MemoryInput input(make_usual_image(), {.knowledge = knowledge, .compression = Compression::gzip});
  TarWriter writer(directory / "image.tar", oci());

  copy_as_oci(input, writer, 8);

  TarInput archive(directory / "image.tar");
  REQUIRE(archive.describe().layers);
  CHECK(archive.describe().layers->front().compression == Compression::gzip);
  CHECK(directory.names() == std::vector<std::string>{"image.tar"});
}

TEST_CASE("tar writer, oci: of layers that a filter may change, the one that comes to be is kept", "[outputs]") {
  const TempDir directory;
  const auto image = small_image();
  const fs::path source = write_layout(directory / "source", image, Compression::gzip);
  ExcludeFilter exclude({GENERATE(as<std::string>(), "etc/motd", "nothing/of/this/name")});
  LayoutInput input(source);
  TarWriter writer(directory / "image.tar", oci());

  const auto report = process(input, writer, {.filters = {&exclude}, .verify = VerifyLevel::full, .jobs = 8});

  CHECK(report.outcome() == ProcessReport::Outcome::verified);
  TarInput archive(directory / "image.tar");
  const bool changed = archive.describe().id != sha256(image.config());
  CHECK(archive.describe().layers->front().compression == (changed ? Compression::none : Compression::gzip));
  CHECK(directory.names() == std::vector<std::string>{"image.tar", "source"});
}

TEST_CASE("tar writer, oci: zstd layers are remarked, because old engines cannot unpack them", "[outputs]") {
  const TempDir directory;
  LayoutInput input(write_layout(directory / "source", small_image(), Compression::zstd));
  TarWriter writer(directory / "image.tar", oci());

  const auto report = copy_as_oci(input, writer);

  CHECK(report.remarks.warning_count() == 3);
  CHECK(report.remarks.find("zstd-compat") != nullptr);
}

TEST_CASE("tar writer, oci: verification names what was changed", "[outputs]") {
  const auto image = make_usual_image();
  const std::string layer = "blobs/sha256/" + sha256(image.layers[1]).hex();
  const std::string config = "blobs/sha256/" + image.config.digest().hex();
  const auto expect = [](VerifyLevel level, const std::string& check, const std::string& member, auto edit) {
    const auto results = verify_after(level, edit);
    REQUIRE(results.find(check) != nullptr);
    CHECK_THAT(results.find(check)->subject, contains_text(member));
  };
  const auto flip = [](const std::string& member) {
    return [member](TamperedArchive& archive) { archive.flip(member, 20); };
  };

  expect(VerifyLevel::standard, "verify.config", config, flip(config));
  expect(VerifyLevel::standard, "verify.config", manifest_name(), flip(manifest_name()));
  expect(VerifyLevel::standard, "verify.index", "index.json", flip("index.json"));
  expect(VerifyLevel::standard, "verify.layout", "oci-layout", flip("oci-layout"));
  expect(VerifyLevel::standard, "verify.layer", layer,
         [&](TamperedArchive& archive) { archive.rename(layer, "blobs/sha256/none"); });
  expect(VerifyLevel::full, "verify.digest", layer, flip(layer));
  CHECK(verify_after(VerifyLevel::full, [](TamperedArchive&) {}).find("verify.ok") != nullptr);
}
