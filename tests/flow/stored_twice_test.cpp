// One layer, stored as two blobs that are packed in different ways.

#include "occy/check.hpp"
#include "occy/inputs/dir.hpp"
#include "occy/inputs/layout.hpp"
#include "occy/inputs/tar.hpp"
#include "occy/outputs/layout.hpp"
#include "occy/outputs/tar.hpp"
#include "occy/process.hpp"
#include "occy/search.hpp"
#include "support/archive_builder.hpp"
#include "support/catch.hpp"
#include "support/packed.hpp"
#include "support/saved_directory.hpp"
#include "support/temp_dir.hpp"

namespace occy::test {
namespace {

namespace fs = std::filesystem;

SavedImage repeating_image() {
  const std::string layer = small_layer("again");
  return {.name = "occy/test:1", .layers = {layer, small_layer("between"), layer}};
}

std::vector<TarMember> archive_with(const std::string& second_blob) {
  auto members = save({repeating_image()}, {.dialect = Dialect::occy});
  std::string& manifest = member_of(members, "manifest.json").bytes;
  const std::string member = repeating_image().diff_ids().front().hex() + "/layer.tar";
  manifest.replace(manifest.rfind(member), member.size(), "again.tar");
  members.insert(members.begin(), {.name = "again.tar", .bytes = second_blob});
  return members;
}

std::string descriptor(const std::string& blob, const std::string& packing) {
  return R"({"digest":")" + sha256(blob).str() + R"(","mediaType":"application/vnd.oci.image.layer.v1.tar+)" + packing +
         R"(","size":)" + std::to_string(blob.size()) + "}";
}

fs::path layout_with(const fs::path& path, const std::string& second_blob) {
  const SavedImage image = repeating_image();
  write_layout(path, image);
  std::string list = R"("layers":[)";
  for (const std::string& blob : {gzip(image.layers[0]), gzip(image.layers[1])}) {
    write_file(path / "blobs/sha256" / sha256(blob).hex(), blob);
    list += descriptor(blob, "gzip") + ",";
  }
  write_file(path / "blobs/sha256" / sha256(second_blob).hex(), second_blob);
  const std::string index = read_file(path / "index.json");
  const auto at = index.find("sha256:") + std::string_view("sha256:").size();
  const std::string manifest = read_file(path / "blobs/sha256" / index.substr(at, 64));
  const auto begin = manifest.find(R"("layers":[)");
  rewrite_manifest(path, manifest.substr(begin, manifest.find(']', begin) - begin),
                   list + descriptor(second_blob, "zstd"));
  return path;
}

/// The image in each kind of source that names a blob for each position.
std::vector<std::unique_ptr<ImageInput>> sources(const fs::path& directory, const std::string& second_blob) {
  fs::create_directories(directory);
  const auto members = archive_with(second_blob);
  std::vector<std::unique_ptr<ImageInput>> inputs;
  inputs.push_back(std::make_unique<TarInput>(write_file(directory / "image.tar", tar_archive(members))));
  inputs.push_back(std::make_unique<DirInput>(write_members(directory / "dir", members)));
  inputs.push_back(std::make_unique<LayoutInput>(layout_with(directory / "layout", second_blob)));
  return inputs;
}

/// A layout as an archive, the image's last blob before all others.
std::string reversed_archive(const fs::path& layout) {
  LayoutInput input(layout);
  const auto blob_name = [](const Digest& digest) { return "blobs/sha256/" + digest.hex(); };
  std::string layers;
  for (const LayerInfo& layer : input.describe().layers.value())
    layers += (layers.empty() ? "\"" : ",\"") + blob_name(layer.stored->digest) + "\"";
  std::vector<TarMember> members{{.name = blob_name(input.describe().layers->back().stored->digest)}};
  for (const std::string& name : files_below(layout))
    if (name != members.front().name) members.push_back({.name = name});
  for (TarMember& member : members) member.bytes = read_file(layout / member.name);
  members.push_back({.name = "manifest.json",
                     .bytes = R"([{"Config":")" + blob_name(input.config().digest()) +
                              R"(","RepoTags":["occy/test:1"],"Layers":[)" + layers + "]}]"});
  return tar_archive(members);
}

}  // namespace

TEST_CASE("stored twice: check reads both blobs", "[flow][check]") {
  const TempDir directory;
  const std::string another = small_layer("agaim");

  for (const auto& input : sources(directory.path(), zstd(another))) {
    const CheckResults results = check(*input);

    const Finding* finding = results.find("diff-id");
    REQUIRE(finding != nullptr);
    CHECK(finding->severity == Severity::error);
    CHECK_THAT(finding->message, contains_text(sha256(another).str()));
    CHECK(results.error_count() == 1);
  }
}

TEST_CASE("stored twice: what is told of each position is told of its own blob", "[flow]") {
  const TempDir directory;

  for (const auto& input : sources(directory.path(), zstd(repeating_image().layers.front()))) {
    const auto layers = input->describe().layers.value();

    REQUIRE(layers.size() == 3);
    CHECK(layers[2].compression == Compression::zstd);
    CHECK(layers[0].compression != Compression::zstd);
    CHECK(layers[2].diff_id == layers[0].diff_id);
    CHECK(layers[2].index == 0);
    CHECK_FALSE(check(*input).has_errors());
  }
}

TEST_CASE("stored twice: the layer is searched and written once", "[flow][process]") {
  const TempDir directory;
  const std::string second_blob = zstd(repeating_image().layers.front());
  for (const auto& input : sources(directory / "searched", second_blob)) {
    std::size_t layers = 0;
    const SearchOptions options{.pattern = "**", .jobs = 1};
    search(*input, options, [&](const SearchedLayer& layer, const SearchMatch&) { layers = layer.number + 1; });
    CHECK(layers == 2);
  }
  std::size_t number = 0;
  for (const auto& input : sources(directory / "moved", second_blob)) {
    const fs::path destination = directory / std::to_string(number++);
    LayoutWriter output(destination);

    const ProcessReport report = process(*input, output, {.verify = VerifyLevel::full});

    CHECK(report.outcome() == ProcessReport::Outcome::verified);
    CHECK(files_below(destination / "blobs").size() == 4);
    LayoutInput written(destination);
    CHECK_FALSE(check(written).has_errors());
  }
}

TEST_CASE("stored twice: an archive of blobs has the first one, whatever the number of jobs", "[flow][process]") {
  const TempDir directory;
  const std::string second_blob = zstd(repeating_image().layers.front());
  const fs::path layout = layout_with(directory / "layout", second_blob);
  const auto write = [&](ImageInput& input, const fs::path& path, unsigned jobs) {
    TarWriter output(path, {.form = TarWriterOptions::Form::oci});
    const ProcessReport report = process(input, output, {.verify = VerifyLevel::full, .jobs = jobs});
    CHECK(report.outcome() == ProcessReport::Outcome::verified);
  };

  for (const unsigned jobs : {1U, 8U}) {
    LayoutInput input(layout);
    write(input, directory / (std::to_string(jobs) + ".tar"), jobs);
  }
  TarInput input(write_file(directory / "source.tar", reversed_archive(layout)));
  write(input, directory / "reversed.tar", 1);

  for (const std::string& name : std::vector<std::string>{"1.tar", "8.tar", "reversed.tar"}) {
    TarInput archive(directory / name);
    CHECK(archive.describe().layers.value().front().stored->digest == sha256(gzip(repeating_image().layers.front())));
  }
  CHECK(sha256(read_file(directory / "1.tar")) == sha256(read_file(directory / "8.tar")));
}

}  // namespace occy::test
