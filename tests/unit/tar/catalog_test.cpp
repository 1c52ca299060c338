#include "tar/catalog.hpp"

#include "support/catch.hpp"

using namespace occy;
using namespace occy::tar;

namespace {

std::string entry(const std::string& manifest) {
  return R"({"manifest":")" + manifest + R"(","config":")" + sha256("config").str() + R"("})";
}

}  // namespace

TEST_CASE("catalog: what is written is read again, sorted by name", "[tar]") {
  const Catalog catalog = {{"b/c:2", {.manifest = "two.json", .config = sha256("2")}},
                           {"a:latest", {.manifest = "one.json", .config = sha256("1")}}};

  const std::string text = make_catalog(catalog);

  CHECK(text.find("\"a:latest\"") < text.find("\"b/c:2\""));
  CHECK(parse_catalog(text, {}).value() == catalog);
  CHECK(parse_catalog(make_catalog({}), {}).value().empty());
}

TEST_CASE("catalog: the file of a name has no separators in it", "[tar]") {
  const auto file_of = [](const char* name) { return manifest_file_name(Reference::parse(name).value()); };

  CHECK(file_of("debian") == "manifest-debian-latest.json");
  CHECK(file_of("localhost:5000/a/b_c:v1.0") == "manifest-localhost_5000_a_b_c-v1.0.json");
}

TEST_CASE("catalog: what is wrong is refused, and the image is named", "[tar]") {
  const auto [text, words] = GENERATE(table<std::string, std::string>({
      {"[]", "expected an object of images"},
      {R"({"a":{}})", "a: manifest: expected a string"},
      {R"({"A":)" + entry("m") + "}", "A: expected an image name"},
      {R"({"a":)" + entry("../m") + "}", "a: manifest: expected the name of a file"},
      {R"({"a":)" + entry("") + "}", "a: manifest: expected the name of a file"},
      {R"({"a":{"manifest":"m","config":"sha256:12"}})", "a: config"},
      {R"({"a":)" + entry("m") + R"(,"a":)" + entry("n") + "}", "a"},
      {"{", ""},
  }));

  const auto catalog = parse_catalog(text, {});

  REQUIRE_FALSE(catalog.has_value());
  CHECK_THAT(catalog.error().message, test::contains_text(words));
}

TEST_CASE("catalog: it holds no more images than the limit", "[tar]") {
  const std::string two = R"({"a":)" + entry("m") + R"(,"b":)" + entry("n") + "}";
  Limits limits;

  limits.images = 2;
  CHECK(parse_catalog(two, limits).has_value());
  limits.images = 1;
  CHECK_FALSE(parse_catalog(two, limits).has_value());
}
