#include "outputs/layer_cache.hpp"

#include <thread>

#include "occy/error.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/temp_dir.hpp"

using namespace occy;
using namespace occy::test;
using outputs::LayerCache;
using outputs::LayerRecipe;

namespace {

LayerRecipe recipe(const std::string& name, const std::string& filters = "") {
  return {.source_diff_id = sha256(name), .filters = filters};
}

LayerRecord record(const std::string& name) {
  return {.diff_id = sha256(name + " made"),
          .size = 1'000'000'000'000,
          .stored = StoredBlob{.compression = Compression::gzip, .digest = sha256(name + " packed"), .size = 7}};
}

}  // namespace

TEST_CASE("layer cache: what was remembered is there in the next run", "[outputs]") {
  const TempDir directory;
  const auto path = directory / "cache.json";
  {
    LayerCache cache(path);
    cache.remember(recipe("a"), record("a"));
    cache.remember(recipe("a", "exclude \"x\"\n"), record("b"));
    CHECK(cache.find(recipe("a")) == record("a"));
    cache.save({});
  }
  const LayerCache cache(path);

  CHECK(cache.find(recipe("a")) == record("a"));
  CHECK(cache.find(recipe("a", "exclude \"x\"\n")) == record("b"));
  CHECK_FALSE(cache.find(recipe("b")));
  CHECK_FALSE(cache.find({.source_diff_id = sha256("a"), .compression = Compression::zstd}));
}

TEST_CASE("layer cache: of one recipe, the latest outcome counts", "[outputs]") {
  const TempDir directory;
  for (const std::string name : {"old", "new"}) {
    LayerCache cache(directory / "cache.json");
    cache.remember(recipe("a"), record(name));
    cache.save({});
  }

  CHECK(LayerCache(directory / "cache.json").find(recipe("a")) == record("new"));
}

TEST_CASE("layer cache: without a path nothing is remembered, and without news nothing is written", "[outputs]") {
  const TempDir directory;
  LayerCache none("");
  none.remember(recipe("a"), record("a"));
  none.save({});
  LayerCache idle(directory / "cache.json");
  idle.save({});

  CHECK_FALSE(none.find(recipe("a")));
  CHECK(directory.names().empty());
}

TEST_CASE("layer cache: many writers at once lose nothing", "[outputs]") {
  const TempDir directory;
  {
    std::vector<std::jthread> writers;
    for (unsigned i = 0; i < 8; ++i)
      writers.emplace_back([&directory, i] {
        LayerCache cache(directory / "cache.json");
        cache.remember(recipe(std::to_string(i)), record(std::to_string(i)));
        cache.save({});
      });
  }
  const LayerCache cache(directory / "cache.json");

  for (unsigned i = 0; i < 8; ++i) CHECK(cache.find(recipe(std::to_string(i))) == record(std::to_string(i)));
  CHECK(directory.names().size() == 1);
}

TEST_CASE("layer cache: a file that is none, or a later version's, is refused and stays", "[outputs]") {
  const TempDir directory;
  const auto path = directory / "cache.json";
  const std::string digest = sha256("x").str();
  const auto [text, found] = GENERATE_COPY(table<std::string, std::string>({
      {"", ""},
      {"{", ""},
      {"[]", "occy_layer_cache is missing"},
      {R"({"occy_layer_cache":2,"layers":[]})", "expected version 1, found 2"},
      {R"({"occy_layer_cache":1,"layers":{}})", "layers: expected an array"},
      {R"({"occy_layer_cache":1,"layers":[1]})", "source_diff_id"},
      {R"({"occy_layer_cache":1,"layers":[{"source_diff_id":"sha256:1"}]})", "digest"},
      {R"({"occy_layer_cache":1,"layers":[{"source_diff_id":")" + digest + R"(","filters":"","compression":"lzma"}]})",
       "lzma"},
  }));
  write_file(path, text);

  const Error error = error_of([&] { LayerCache cache(path); });

  CHECK(error.code() == Errc::bad_document);
  CHECK(error.side() == Side::output);
  CHECK(error.detail().subject == path.string());
  CHECK_THAT(error.detail().found, contains_text(found));
  CHECK(read_file(path) == text);
}

TEST_CASE("layer cache: a directory that cannot be written is found at once", "[outputs]") {
  const TempDir directory;

  CHECK(error_of([&] { LayerCache cache(directory / "missing/cache.json"); }).code() == Errc::destination);
  CHECK(error_of([&] { LayerCache cache(directory.path()); }).side() == Side::output);
}

TEST_CASE("layer cache: the oldest are forgotten", "[outputs]") {
  outputs::LayerCacheEntries entries;
  for (unsigned i = 0; i < 100'003; ++i) entries.add(recipe(std::to_string(i)), record("x"));

  CHECK(entries.find(recipe("2")) == nullptr);
  CHECK(entries.find(recipe("3")) != nullptr);
  CHECK(entries.find(recipe("100002")) != nullptr);
}
