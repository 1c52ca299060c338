#include "occy/inputs/dir.hpp"
#include "occy/inputs/layout.hpp"
#include "occy/outputs/dir.hpp"
#include "occy/outputs/tree.hpp"
#include "occy/process.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/packed.hpp"
#include "support/saved_directory.hpp"
#include "support/temp_dir.hpp"
#include "support/write_image.hpp"
#include "unit/outputs/dir_store.hpp"

using namespace occy;
using namespace occy::test;
namespace fs = std::filesystem;

namespace {

DirInput open_image(const fs::path& path, const std::string& name) {
  return DirInput(path, {.image = Reference::parse(name).value()});
}

Error refusal_of(const fs::path& path, const TestImage& image, DirWriterOptions options) {
  MemoryInput input(image);
  DirWriter writer(path, std::move(options));
  return error_of([&] { writer.begin(input.describe()); });
}

}  // namespace

TEST_CASE("dir writer: an image goes in and comes out the same", "[outputs]") {
  const TempDir directory;
  const auto image = make_usual_image();
  write_to(directory / "store", image);

  DirInput input(directory / "store");
  CHECK(input.describe().id == image.config.digest());
  CHECK(input.describe().config->bytes() == image.config.bytes());
  CHECK(input.describe().references == image.references);
  CHECK_FALSE(input.check_structure().has_errors());
  write_to(directory / "again", image);
  CHECK(files_below(directory / "store") == files_below(directory / "again"));
}

TEST_CASE("dir writer: which files there are, and what is in them", "[outputs]") {
  const TempDir directory;
  const auto image = make_image({random_layer(1, 100), random_layer(2, 100), random_layer(1, 100)}, {"one:1", "x/two"});
  const fs::path path = directory / "store";
  const std::string config = image.config.digest().hex() + ".json";
  const std::string first = sha256(image.layers[0]).hex() + "/layer.tar";
  const std::string second = sha256(image.layers[1]).hex() + "/layer.tar";

  write_to(path, image);

  CHECK(files_below(path).size() == 5);
  CHECK(read_file(path / config) == image.config.bytes());
  CHECK(read_file(path / first) == image.layers[0]);
  CHECK(read_file(path / second) == image.layers[1]);
  CHECK(read_file(path / "manifest.json") == R"([{"Config":")" + config +
                                                 R"(","RepoTags":["one:1","x/two:latest"],"Layers":[")" + first +
                                                 R"(",")" + second + R"(",")" + first + "\"]}]\n");
  const std::string entry = R"({"manifest":"manifest.json","config":")" + image.config.digest().str() + R"("})";
  CHECK(read_file(path / "catalog.json") == R"({"one:1":)" + entry + R"(,"x/two:latest":)" + entry + "}\n");
}

TEST_CASE("dir writer: the same bytes, whatever the number of jobs", "[outputs]") {
  const auto store = GENERATE(DirWriterOptions::Store::single, kUnique);
  const TempDir directory;
  for (const unsigned jobs : {1U, 8U})
    write_to(directory / std::to_string(jobs), make_usual_image(), {.store = store}, jobs);

  REQUIRE(files_below(directory / "1") == files_below(directory / "8"));
  for (const auto& name : files_below(directory / "1"))
    CHECK(read_file(directory / "1" / name) == read_file(directory / "8" / name));
}

TEST_CASE("dir writer: images with unique names share layers and are found by name", "[outputs]") {
  const TempDir directory;
  const auto shared = random_layer(1, 1000);
  const auto one = make_image({shared, random_layer(2, 10)}, {"occy/one:1"});
  const auto two = make_image({shared, random_layer(3, 10)}, {"occy/two:2", "occy/two:latest"});
  write_to(directory / "store", one, {.store = kUnique});
  write_to(directory / "store", two, {.store = kUnique});

  CHECK(open_image(directory / "store", "occy/one:1").describe().id == one.config.digest());
  CHECK(open_image(directory / "store", "docker.io/occy/two").describe().id == two.config.digest());
  CHECK(files_below(directory / "store").size() == 1 + 3 + 3 + 2);  // catalog, manifests, layers, configs
  DirInput any(directory / "store");
  CHECK_THAT(error_of([&] { static_cast<void>(any.describe()); }).what(),
             contains_text("several images: expected the name of one, found occy/one:1, occy/two:2"));
}

TEST_CASE("dir input: all names of one image are one image", "[outputs]") {
  const TempDir directory;
  const auto image = make_image({random_layer(1, 10)}, {"occy/two:2", "occy/two:latest"});
  write_to(directory / "store", image, {.store = kUnique});

  DirInput input(directory / "store");

  CHECK(input.describe().id == image.config.digest());
  CHECK(input.describe().references == image.references);
  CHECK(open_image(directory / "store", "occy/two:2").describe().references == image.references);
}

TEST_CASE("dir writer: the same name again takes the place of the image before", "[outputs]") {
  const std::string again = GENERATE("one:1", "docker.io/library/one:1");
  const TempDir directory;
  const auto next = make_image({random_layer(2, 10)}, {again});
  write_to(directory / "store", make_image({random_layer(1, 10)}, {"one:1"}), {.store = kUnique});
  write_to(directory / "store", next, {.store = kUnique});

  CHECK(open_image(directory / "store", "one:1").describe().id == next.config.digest());
  CHECK(DirInput(directory / "store").describe().references == next.references);
}

TEST_CASE("dir writer: two spellings of one name are one name", "[outputs]") {
  const TempDir directory;
  write_to(directory / "store", make_image({random_layer(1, 10)}, {"one:1", "docker.io/library/one:1"}),
           {.store = kUnique});

  CHECK(DirInput(directory / "store").describe().references == std::vector{Reference::parse("one:1").value()});
}

TEST_CASE("dir writer: a layer that is there is proved, and a wrong one made right", "[outputs]") {
  const TempDir directory;
  const auto image = make_image({random_layer(1, 1000), random_layer(2, 1000)});
  write_to(directory / "store", image, {.store = kUnique});
  const auto file = [&](std::size_t i) { return directory / "store" / sha256(image.layers[i]).hex() / "layer.tar"; };
  const auto kept = fs::last_write_time(file(0));
  auto bytes = read_file(file(1));
  bytes[600] = static_cast<char>(bytes[600] ^ 1);
  write_file(file(1), bytes);

  write_to(directory / "store", image, {.store = kUnique});

  CHECK(fs::last_write_time(file(0)) == kept);
  CHECK(read_file(file(1)) == image.layers[1]);
}

TEST_CASE("dir writer: a packed file under a layer's name is not taken for the layer", "[outputs]") {
  const TempDir directory;
  const auto image = make_image({random_layer(1, 1000)});
  write_to(directory / "store", image, {.store = kUnique});
  const fs::path file = directory / "store" / sha256(image.layers[0]).hex() / "layer.tar";
  write_file(file, gzip(image.layers[0]));

  write_to(directory / "store", image, {.store = kUnique});

  CHECK(read_file(file) == image.layers[0]);
}

TEST_CASE("dir writer: a layer that is packed in the source is known by its diff_id", "[outputs]") {
  const TempDir directory;
  const fs::path layout = write_layout(directory / "layout", small_image(), Compression::gzip);
  for (const auto action : {LayerReport::Action::written, LayerReport::Action::already_there}) {
    LayoutInput input(layout);
    DirWriter writer(directory / "store", {.store = kUnique});
    for (const LayerReport& layer : process(input, writer).layers) CHECK(layer.action == action);
  }
}

TEST_CASE("dir writer: two writers of one new store both arrive", "[outputs]") {
  const TempDir directory;
  const fs::path path = directory / "store";
  const auto shared = random_layer(1, 1000);
  const auto two = make_image({shared, random_layer(3, 10)}, {"two:2"});
  MemoryInput first(make_image({shared, random_layer(2, 10)}, {"one:1"}));
  MemoryInput second(two);
  DirWriter late(path, {.store = kUnique});
  late.begin(second.describe());
  write_layers(second, late);
  DirWriter early(path, {.store = kUnique});
  write_image(first, early);
  late.put_config(two.config);

  late.finalize();

  CHECK(late.verify(VerifyLevel::full).find("verify.ok") != nullptr);
  CHECK(early.verify(VerifyLevel::full).find("verify.ok") != nullptr);
  CHECK(directory.names() == std::vector<std::string>{"store"});
}

TEST_CASE("dir writer: where a single image has arrived meanwhile, another does not replace it", "[outputs]") {
  const TempDir directory;
  const fs::path path = directory / "store";
  const auto two = make_image({random_layer(2, 1000)}, {"two:2"});
  MemoryInput second(two);
  DirWriter late(path);
  late.begin(second.describe());
  write_layers(second, late);
  write_to(path, make_image({random_layer(1, 1000)}, {"one:1"}));
  const auto before = files_below(path);
  late.put_config(two.config);

  CHECK(error_of([&] { late.finalize(); }).code() == Errc::destination);
  CHECK(files_below(path) == before);
}

TEST_CASE("dir writer: another image that takes the name later is a change, another name is none", "[outputs]") {
  const TempDir directory;
  const fs::path path = directory / "store";
  MemoryInput input(make_image({random_layer(1, 10)}, {"one:1"}));
  DirWriter writer(path, {.store = kUnique});
  write_image(input, writer);

  write_to(path, make_image({random_layer(2, 10)}, {"two:2"}), {.store = kUnique});
  CHECK(writer.verify(VerifyLevel::full).find("verify.ok") != nullptr);

  write_to(path, make_image({random_layer(3, 10)}, {"one:1"}), {.store = kUnique});
  const CheckResults results = writer.verify();
  CHECK(results.find("verify.catalog") != nullptr);
  CHECK(results.find("verify.manifest") != nullptr);
}

TEST_CASE("dir writer: what would be ambiguous or lost is refused before anything is written", "[outputs]") {
  const TempDir directory;
  const fs::path store = directory / "store";
  const auto image = make_image({random_layer(1, 10)}, {"a/b:1"});

  SECTION("two names for one file") {
    write_to(store, image, {.store = kUnique});
    const Error error = refusal_of(store, make_image({random_layer(2, 10)}, {"a_b:1"}), {.store = kUnique});
    CHECK_THAT(error.what(), contains_text("a_b:1 would have the file of another image"));
  }
  SECTION("two names of one image for one file") {
    const Error error = refusal_of(store, make_image({random_layer(2, 10)}, {"a-b:c", "a:b-c"}), {.store = kUnique});
    CHECK_THAT(error.what(), contains_text("a:b-c would have the file of another name"));
    CHECK_THAT(error.what(), contains_text("a-b:c"));
    CHECK_FALSE(fs::exists(store));
  }
  SECTION("a name that no file can have") {
    const std::string name = std::string(200, 'a') + ":" + std::string(100, 'b');
    const auto long_named = make_image({random_layer(1, 10)}, {name});
    CHECK_THAT(refusal_of(store, long_named, {.store = kUnique}).what(), contains_text("too long"));
    write_to(store, long_named);
  }
  SECTION("a single image over another") {
    write_to(store, image);
    const auto before = files_below(store);
    const Error error = refusal_of(store, make_image({random_layer(2, 10)}), {});
    CHECK(error.code() == Errc::destination);
    CHECK_THAT(error.detail().hint, contains_text("?unique_names=true"));
    CHECK(files_below(store) == before);
  }
  SECTION("an unpacked tree") {
    MemoryInput input(image);
    TreeWriter tree(store);
    write_image(input, tree);
    CHECK(refusal_of(store, image, {.store = kUnique}).code() == Errc::destination);
  }
  SECTION("a single image among many") {
    write_to(store, image, {.store = kUnique});
    CHECK(refusal_of(store, image, {}).code() == Errc::destination);
  }
  SECTION("one of many where there is a single one") {
    write_to(store, image);
    CHECK(refusal_of(store, image, {.store = kUnique}).code() == Errc::destination);
  }
  SECTION("no name") {
    CHECK_THAT(refusal_of(store, make_image({random_layer(1, 10)}, {}), {.store = kUnique}).detail().hint,
               contains_text("?name="));
  }
  SECTION("an image for which the catalog has no room") {
    write_to(store, image, {.store = kUnique});
    const auto other = make_image({random_layer(2, 10)}, {"b:1"});
    DirWriterOptions options = {.store = kUnique};
    options.limits.images = 1;
    CHECK(refusal_of(store, other, options).code() == Errc::destination);
    CHECK_THAT(refusal_of(store, other, options).what(), contains_text("no room for another image"));
    options.limits.images = 2;
    options.limits.document_bytes = read_file(store / "catalog.json").size();
    CHECK_THAT(refusal_of(store, other, options).what(), contains_text("no room for another image"));
    MemoryInput same(image);
    CHECK_NOTHROW(DirWriter(store, options).begin(same.describe()));
  }
  SECTION("a directory of somebody else") {
    fs::create_directory(store);
    write_file(store / "notes.txt", "mine");
    CHECK(refusal_of(store, image, {}).code() == Errc::destination);
    CHECK(files_below(store) == std::vector<std::string>{"notes.txt"});
  }
  SECTION("a catalog that does not parse") {
    write_to(store, image, {.store = kUnique});
    write_file(store / "catalog.json", R"({"a":1})");
    CHECK_THAT(refusal_of(store, image, {.store = kUnique}).what(), contains_text("catalog.json"));
  }
}
