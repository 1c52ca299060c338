#include <set>

#include "occy/inputs/layout.hpp"
#include "occy/outputs/layout.hpp"
#include "occy/process.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/packed.hpp"
#include "support/saved_directory.hpp"
#include "support/temp_dir.hpp"
#include "support/write_image.hpp"

using namespace occy;
using namespace occy::test;
namespace fs = std::filesystem;

namespace {

ProcessReport copy(ImageInput& input, ImageOutput& output, unsigned jobs = 1) {
  const ProcessReport report = process(input, output, {.verify = VerifyLevel::full, .jobs = jobs});
  CHECK(report.outcome() == ProcessReport::Outcome::verified);
  return report;
}

void write_to_layout(const fs::path& layout, const TestImage& image, LayoutWriterOptions options = {}) {
  MemoryInput input(image);
  LayoutWriter writer(layout, std::move(options));
  copy(input, writer);
}

Digest manifest_of(const fs::path& layout, const std::string& tag) {
  return LayoutInput(layout, {.tag = tag}).describe().manifest->digest;
}

fs::path blob(const fs::path& layout, const std::string& bytes) {
  return layout / "blobs/sha256" / sha256(bytes).hex();
}

std::set<std::string> names_in(const fs::path& layout) {
  const auto files = files_below(layout);
  return {files.begin(), files.end()};
}

}  // namespace

TEST_CASE("layout writer: an image that was in a layout keeps its blobs and its manifest", "[outputs]") {
  const auto compression = GENERATE(Compression::none, Compression::gzip, Compression::zstd);
  const TempDir directory;
  const fs::path source = write_layout(directory / "source", small_image(), compression);
  LayoutInput input(source);
  LayoutWriter writer(directory / "target");

  copy(input, writer);

  CHECK(files_below(directory / "target") == files_below(source));
  CHECK(manifest_of(directory / "target", "1") == LayoutInput(source).describe().manifest->digest);
}

TEST_CASE("layout writer: a manifest that names other blobs is not kept", "[outputs]") {
  const TempDir directory;
  const auto image = make_image({random_layer(1, 100)});
  MemoryInput input(image);
  auto description = input.describe();
  description.manifest =
      ImageManifest{.media_type = "application/vnd.oci.image.manifest.v1+json",
                    .bytes = R"({"config":{"digest":")" + image.config.digest().str() + R"(","size":1},"layers":[]})",
                    .digest = sha256("x")};
  LayoutWriter writer(directory / "layout");
  writer.begin(description);
  write_layers(input, writer);
  writer.put_config(image.config);
  writer.finalize();

  const auto manifest = *LayoutInput(directory / "layout").describe().manifest;
  CHECK_THAT(manifest.bytes, contains_text(sha256(image.layers[0]).hex()));
  CHECK(writer.verify(VerifyLevel::full).error_count() == 0);
}

TEST_CASE("layout writer: the same image gives the same bytes, whatever the number of jobs", "[outputs]") {
  const TempDir directory;
  for (const unsigned jobs : {1U, 8U}) {
    MemoryInput input(make_usual_image());
    LayoutWriter writer(directory / std::to_string(jobs));
    copy(input, writer, jobs);
  }

  REQUIRE(files_below(directory / "1") == files_below(directory / "8"));
  for (const auto& name : files_below(directory / "1"))
    CHECK(read_file(directory / "1" / name) == read_file(directory / "8" / name));
}

TEST_CASE("layout writer: several images share a layout and their blobs", "[outputs]") {
  const TempDir directory;
  const fs::path layout = directory / "layout";
  const auto shared = random_layer(1, 1000);
  write_to_layout(layout, make_image({shared, random_layer(2, 10)}, {"one:1"}));
  write_to_layout(layout, make_image({shared, random_layer(3, 10)}, {"two:2"}));

  CHECK(LayoutInput(layout, {.tag = "1"}).describe().references[0].str() == "docker.io/library/one:1");
  CHECK(LayoutInput(layout, {.tag = "2"}).describe().references[0].str() == "docker.io/library/two:2");
  CHECK(names_in(layout).size() == 2 + 3 + 2 * 2);  // documents, layers, and config and manifest of each
}

TEST_CASE("layout writer: what is there already is not written again, and is proved", "[outputs]") {
  const TempDir directory;
  const auto image = make_image({random_layer(1, 1000), random_layer(2, 1000)});
  write_to_layout(directory / "layout", image);
  const auto before = fs::last_write_time(blob(directory / "layout", image.layers[0]));

  MemoryInput input(image);
  LayoutWriter writer(directory / "layout", {.tag = "again"});
  const ProcessReport report = copy(input, writer);

  CHECK(report.layers[0].action == LayerReport::Action::already_there);
  CHECK(report.layers[1].action == LayerReport::Action::already_there);
  CHECK(fs::last_write_time(blob(directory / "layout", image.layers[0])) == before);
  CHECK(manifest_of(directory / "layout", "again") == manifest_of(directory / "layout", "1"));
}

TEST_CASE("layout writer: a blob that is there and wrong is not believed, and made right", "[outputs]") {
  const TempDir directory;
  const auto image = make_image({random_layer(1, 1000), random_layer(2, 1000)});
  write_to_layout(directory / "layout", image);
  const fs::path damaged = blob(directory / "layout", image.layers[0]);
  auto bytes = read_file(damaged);
  bytes[700] = static_cast<char>(bytes[700] ^ 1);
  write_file(damaged, bytes);
  fs::resize_file(blob(directory / "layout", image.layers[1]), 10);

  write_to_layout(directory / "layout", image);

  CHECK(read_file(damaged) == image.layers[0]);
  CHECK(read_file(blob(directory / "layout", image.layers[1])) == image.layers[1]);
}

TEST_CASE("layout writer: a packed blob that unpacks to something else is not believed", "[outputs]") {
  const TempDir directory;
  const auto image = small_image();
  write_layout(directory / "layout", image, Compression::gzip);
  const std::string packed = gzip(image.layers[0]);
  LayerInfo liar{.index = 0,
                 .diff_id = sha256(image.layers[1]),
                 .stored = Descriptor{{}, sha256(packed), packed.size()},
                 .compression = Compression::gzip};
  LayoutWriter writer(directory / "layout", {.tag = "2"});

  writer.begin({.source = "a source that lies", .layers = std::vector{liar}});

  CHECK(writer.want_layer(liar));
}

TEST_CASE("layout writer: the same tag is replaced, and everything else in the index stays", "[outputs]") {
  const TempDir directory;
  const fs::path layout = directory / "layout";
  write_to_layout(layout, make_image({random_layer(1, 10)}, {"one:1"}));
  std::string index = read_file(layout / "index.json");
  index.insert(1, R"("annotations":{"com.example.note":"kept"},)");
  write_file(layout / "index.json", index);
  const auto second = make_image({random_layer(2, 10)}, {"one:1"});

  write_to_layout(layout, second);

  CHECK(LayoutInput(layout, {.tag = "1"}).describe().id == second.config.digest());
  CHECK_THAT(read_file(layout / "index.json"), contains_text("com.example.note"));
}

TEST_CASE("layout writer: a tag that is another image's is not taken away unasked", "[outputs]") {
  const TempDir directory;
  const fs::path layout = directory / "layout";
  write_to_layout(layout, make_image({random_layer(1, 10)}, {"one:1"}));
  const auto other = make_image({random_layer(2, 10)}, {"two:1"});
  MemoryInput input(other);
  LayoutWriter writer(layout);

  const Error error = error_of([&] { writer.begin(input.describe()); });

  CHECK(error.code() == Errc::destination);
  CHECK_THAT(error.what(), contains_text("docker.io/library/one:1"));
  write_to_layout(layout, other, {.tag = "1"});
  CHECK(LayoutInput(layout, {.tag = "1"}).describe().id == other.config.digest());
}

TEST_CASE("layout writer: a directory that is neither empty nor a layout is refused untouched", "[outputs]") {
  const TempDir directory;
  const fs::path target = directory / "target";
  fs::create_directory(target);
  const auto [name, text] = GENERATE(table<std::string, std::string>({
      {"notes.txt", "mine"},
      {"oci-layout", "{}"},
      {"oci-layout", R"({"imageLayoutVersion":"9"})"},
      {"oci-layout", R"({"imageLayoutVersion":"1.0.0"})"},
  }));
  write_file(target / name, text);
  LayoutWriter writer(target);

  const Error error = error_of([&] { writer.begin({.source = "memory"}); });

  CHECK(error.code() == Errc::destination);
  CHECK(names_in(target) == std::set<std::string>{name});
}

TEST_CASE("layout writer: two writers of one new layout both arrive", "[outputs]") {
  const TempDir directory;
  const fs::path layout = directory / "layout";
  const auto shared = random_layer(1, 1000);
  const auto one = make_image({shared, random_layer(2, 10)}, {"one:1"});
  const auto two = make_image({shared, random_layer(3, 10)}, {"two:2"});
  MemoryInput first(one);
  MemoryInput second(two);
  LayoutWriter late(layout);
  late.begin(second.describe());
  write_layers(second, late);
  {
    LayoutWriter early(layout);
    write_image(first, early);
  }
  late.put_config(two.config);

  late.finalize();

  CHECK(late.verify(VerifyLevel::full).error_count() == 0);
  CHECK(LayoutInput(layout, {.tag = "1"}).describe().id == one.config.digest());
  CHECK(LayoutInput(layout, {.tag = "2"}).describe().id == two.config.digest());
  CHECK(directory.names() == std::vector<std::string>{"layout"});
}

TEST_CASE("layout writer: a blob that is taken away while the image is written is missed", "[outputs]") {
  const TempDir directory;
  const auto image = make_image({random_layer(1, 1000)});
  write_to_layout(directory / "layout", image);
  const std::string index = read_file(directory / "layout/index.json");
  MemoryInput input(image);
  LayoutWriter writer(directory / "layout", {.tag = "2"});
  writer.begin(input.describe());
  fs::remove(blob(directory / "layout", image.layers[0]));
  writer.put_config(image.config);

  CHECK_THAT(error_of([&] { writer.finalize(); }).what(), contains_text(sha256(image.layers[0]).hex()));
  CHECK(read_file(directory / "layout/index.json") == index);
}

TEST_CASE("layout writer: another image in the index since is no change of ours", "[outputs]") {
  const TempDir directory;
  const fs::path layout = directory / "layout";
  const auto image = make_image({random_layer(1, 10)}, {"one:1"});
  MemoryInput input(image);
  LayoutWriter writer(layout);
  write_image(input, writer);

  write_to_layout(layout, make_image({random_layer(2, 10)}, {"two:2"}));
  CHECK(writer.verify(VerifyLevel::full).find("verify.ok") != nullptr);

  write_to_layout(layout, make_image({random_layer(3, 10)}, {"one:1"}));
  CHECK(writer.verify().find("verify.index") != nullptr);
}

TEST_CASE("layout writer: an image without names gets an entry without a tag", "[outputs]") {
  const TempDir directory;
  write_to_layout(directory / "layout", make_image({random_layer(1, 10)}, {}));
  write_to_layout(directory / "layout", make_image({random_layer(1, 10)}, {}));

  const LayoutInputOptions any;
  CHECK(LayoutInput(directory / "layout", any).describe().references.empty());
  CHECK(read_file(directory / "layout/index.json").find("annotations") == std::string::npos);
}

TEST_CASE("layout writer: an image for which the index has no room is refused before it is read", "[outputs]") {
  const TempDir directory;
  write_to_layout(directory / "layout", make_image({random_layer(1, 10)}, {"one:1"}));
  LayoutWriterOptions options;
  options.limits.images = 1;
  MemoryInput input(make_image({random_layer(2, 10)}, {"two:2"}));
  LayoutWriter writer(directory / "layout", options);

  const Error error = error_of([&] { writer.begin(input.describe()); });

  CHECK(error.code() == Errc::destination);
  CHECK_THAT(error.what(), contains_text("no room for another image"));
}
