#include "occy/check.hpp"
#include "occy/inputs/dir.hpp"
#include "occy/inputs/layout.hpp"
#include "occy/outputs/dir.hpp"
#include "occy/outputs/tree.hpp"
#include "occy/process.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/saved_directory.hpp"
#include "support/temp_dir.hpp"
#include "unit/outputs/dir_store.hpp"

using namespace occy;
using namespace occy::test;
namespace fs = std::filesystem;

TEST_CASE("dir input: what is wrong is found, and the very file is named", "[outputs]") {
  const TempDir directory;
  const fs::path store = directory / "store";
  const auto image = make_image({random_layer(1, 10), random_layer(2, 10)});
  write_to(store, image, {.store = kUnique});
  const std::string layer = sha256(image.layers[0]).hex() + "/layer.tar";
  const auto expect = [&](const std::string& check, const std::string& subject) {
    DirInput input(store);
    const auto results = input.check_structure();
    REQUIRE(results.find(check) != nullptr);
    CHECK_THAT(results.find(check)->subject, contains_text(subject));
  };

  SECTION("a layer is missing") {
    fs::remove(store / layer);
    expect("archive-blob-missing", layer);
  }
  SECTION("a layer behind a link") {
    fs::rename(store / layer, directory / "outside");
    fs::create_symlink(directory / "outside", store / layer);
    expect("archive-blob-missing", layer);
  }
  SECTION("another config") {
    write_file(store / (image.config.digest().hex() + ".json"), "{}");
    expect("config-digest", image.config.digest().hex());
  }
  SECTION("a manifest that leads out") {
    write_file(store / "manifest-occy_test-1.json",
               R"([{"Config":"../secret.json","RepoTags":null,"Layers":["/etc/passwd"]}])");
    write_file(directory / "secret.json", image.config.bytes());
    expect("archive-blob-missing", "../secret.json");
  }
  SECTION("no documents") {
    fs::remove(store / "catalog.json");
    expect("archive", "store");
  }
}

TEST_CASE("dir input: where a writer died before the catalog was replaced, the manifest counts", "[outputs]") {
  const TempDir directory;
  const fs::path store = directory / "store";
  const auto before = make_image({random_layer(1, 10)}, {"occy/test:1", "occy/test:latest"});
  const auto after = make_image({random_layer(2, 10)}, {"occy/test:1"});
  const auto unlisted = make_image({random_layer(3, 10)}, {"occy/new:1"});
  write_to(store, before, {.store = kUnique});
  const std::string catalog = read_file(store / "catalog.json");
  write_to(store, after, {.store = kUnique});
  write_to(store, unlisted, {.store = kUnique});
  write_file(store / "catalog.json", catalog);
  const auto expect = [&](const std::string& name, const TestImage& image, const std::vector<Reference>& references) {
    DirInput input(store, {.image = Reference::parse(name).value()});
    CHECK(input.describe().id == image.config.digest());
    CHECK(input.describe().references == references);
    return check(input);
  };

  for (const auto& [name, image] : {std::pair("occy/test:1", after), std::pair("occy/new:1", unlisted)}) {
    const CheckResults results = expect(name, image, {Reference::parse(name).value()});
    CHECK(results.error_count() == 0);
    REQUIRE(results.find("catalog") != nullptr);
    CHECK(results.find("catalog")->severity == Severity::warning);
    CHECK_THAT(results.find("catalog")->subject, contains_text("catalog.json"));
  }
  CHECK(expect("occy/test", before, before.references).find("catalog") == nullptr);
  DirInput any(store);
  CHECK_THAT(error_of([&] { static_cast<void>(any.describe()); }).what(), contains_text("names of several"));
}

TEST_CASE("dir input: an unpacked tree says what it is", "[outputs]") {
  const TempDir directory;
  const auto image = make_image({random_layer(1, 10)});
  fs::create_directories(directory / "tree/rootfs");
  write_file(directory / "tree" / (image.config.digest().hex() + ".json"), image.config.bytes());
  write_file(directory / "tree/manifest.json",
             R"([{"Config":")" + image.config.digest().hex() + R"(.json","RepoTags":null,"Layers":[]}])");
  DirInput input(directory / "tree");

  const Error error = error_of([&] { static_cast<void>(input.describe()); });

  CHECK(error.code() == Errc::unsupported);
  CHECK_THAT(error.detail().hint, contains_text("without expand=true"));
}

TEST_CASE("dir input: a name that no file can have is the same error each time", "[outputs]") {
  const TempDir directory;
  const auto image = make_image({random_layer(1, 10)});
  fs::create_directory(directory / "store");
  write_file(directory / "store/config.json", image.config.bytes());
  write_file(directory / "store/manifest.json",
             R"([{"Config":"config.json","RepoTags":[],"Layers":[")" + std::string(300, 'n') + R"("]}])");
  DirInput input(directory / "store");

  const Error first = error_of([&] { static_cast<void>(input.describe()); });
  const Error second = error_of([&] { static_cast<void>(input.describe()); });

  CHECK_THAT(first.what(), contains_text("nnn"));
  CHECK(std::string(second.what()) == first.what());
}
