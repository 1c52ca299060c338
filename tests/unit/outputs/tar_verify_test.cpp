#include "outputs/tar_verify.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <functional>

#include "occy/outputs/tar.hpp"
#include "support/catch.hpp"
#include "support/tampered_archive.hpp"
#include "support/temp_dir.hpp"
#include "support/write_image.hpp"

using namespace occy;
using namespace occy::test;
namespace fs = std::filesystem;

namespace {

/// An image that was written, and may be tampered with before it is verified.
class Written {
 public:
  explicit Written(TestImage test_image = make_usual_image())
      : image(std::move(test_image)), path(directory_.path() / "image.tar"), writer_(path) {
    MemoryInput input(image);
    write_image(input, writer_);
  }

  std::string layer(std::size_t position) const { return image.config.diff_ids()[position].hex() + "/layer.tar"; }
  std::string config() const { return image.config.digest().hex() + ".json"; }

  TamperedArchive archive() const { return TamperedArchive(read_file(path)); }
  void put(const TamperedArchive& archive) const { write_file(path, archive.bytes()); }

  CheckResults verify(VerifyLevel level) { return writer_.verify(level); }

  /// The check ids of the findings.
  std::vector<std::string> findings(VerifyLevel level = VerifyLevel::standard) {
    std::vector<std::string> checks;
    const auto results = verify(level);
    for (const auto& finding : results.findings()) checks.push_back(finding.check);
    return checks;
  }

 private:
  TempDir directory_;

 public:
  const TestImage image;
  const fs::path path;

 private:
  TarWriter writer_;
};

using Checks = std::vector<std::string>;

outputs::WrittenImage written_image(const TestImage& image) {
  outputs::WrittenImage written{.config_digest = image.config.digest(), .config_size = image.config.bytes().size()};
  for (const auto& layer : image.layers) written.layers.push_back({.diff_id = sha256(layer), .size = layer.size()});
  for (const auto& reference : image.references) written.tags.push_back(reference.str());
  return written;
}

void edit(Written& written, const std::function<void(TamperedArchive&)>& change) {
  auto archive = written.archive();
  change(archive);
  written.put(archive);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

}  // namespace

TEST_CASE("tar verify: an untouched archive is verified at both levels", "[outputs]") {
  Written written;
  const auto level = GENERATE(VerifyLevel::standard, VerifyLevel::full);

  const auto results = written.verify(level);

  REQUIRE(results.findings().size() == 1);
  CHECK(results.findings()[0].severity == Severity::info);
  CHECK(results.findings()[0].check == "verify.ok");
  CHECK(results.findings()[0].message == "all 7 layers verified");
}

TEST_CASE("tar verify 1: a tarball that is not there", "[outputs]") {
  Written written;
  fs::remove(written.path);

  const auto results = written.verify(VerifyLevel::standard);

  REQUIRE(results.findings().size() == 1);
  CHECK(results.findings()[0].check == "verify.tarball");
  CHECK(results.findings()[0].message == "tarball missing: " + written.path.string());
}

TEST_CASE("tar verify 1: something else than a regular file under its name", "[outputs]") {
  Written written;
  fs::remove(written.path);
  SECTION("a directory") { fs::create_directory(written.path); }
  SECTION("a fifo") { REQUIRE(::mkfifo(written.path.c_str(), 0600) == 0); }

  CHECK(written.findings() == Checks{"verify.tarball"});
  CHECK(written.findings(VerifyLevel::full) == Checks{"verify.tarball"});
}

TEST_CASE("tar verify 1: the message says what was expected under its name, and what is there", "[outputs]") {
  Written written;
  fs::remove(written.path);
  fs::create_directory(written.path);
  CHECK(written.verify(VerifyLevel::standard).findings()[0].message ==
        "cannot read it: expected a regular file, found a directory");
}

TEST_CASE("tar verify 1: a tarball that is cut, anywhere", "[outputs]") {
  Written written(make_image({random_layer(1, 600), random_layer(2, 10)}));
  const auto whole = written.archive();

  for (std::size_t size = 0; size < whole.bytes().size() - 512; size += 256) {
    auto archive = whole;
    archive.cut(size);
    written.put(archive);
    INFO("cut to " << size);
    CHECK(written.findings() == Checks{"verify.tarball"});
  }
}

TEST_CASE("tar verify 1: a header with a wrong checksum, named by its offset", "[outputs]") {
  Written written;
  edit(written, [&](auto& archive) { archive.break_checksum(written.layer(0)); });

  const auto results = written.verify(VerifyLevel::full);

  REQUIRE(results.findings().size() == 1);
  CHECK(results.findings()[0].check == "verify.tarball");
  CHECK_THAT(results.findings()[0].message, Catch::Matchers::EndsWith("at offset 0"));
}

TEST_CASE("tar verify 1: random bytes", "[outputs]") {
  Written written;
  write_file(written.path, random_bytes(7, 100'000));

  CHECK(written.findings(VerifyLevel::full) == Checks{"verify.tarball"});
}

TEST_CASE("tar verify 2: manifest.json is missing, there twice, or does not parse", "[outputs]") {
  Written written;
  SECTION("missing") {
    edit(written, [](auto& archive) { archive.rename("manifest.json", "manifest.jsox"); });
  }
  SECTION("twice") {
    edit(written, [](auto& archive) { archive.append({"manifest.json", archive.text_of("manifest.json")}); });
  }
  SECTION("does not parse") {
    edit(written, [](auto& archive) { archive.flip("manifest.json", 0); });
  }
  SECTION("a link") {
    edit(written, [](auto& archive) {
      archive.rename("manifest.json", "other.json");
      archive.append({.name = "manifest.json", .type = '2', .link = "other.json"});
    });
  }

  CHECK(written.findings() == Checks{"verify.manifest"});
}

TEST_CASE("tar verify 2: a manifest.json over the limit is not read", "[outputs]") {
  Written written;

  const auto results =
      outputs::verify_tar(written.path, written_image(written.image), {.limits = {.document_bytes = 100}});

  REQUIRE(results.findings().size() == 1);
  CHECK(results.findings()[0].check == "verify.manifest");
}

TEST_CASE("tar verify 3: manifest.json is not a list of one image with members of the right types", "[outputs]") {
  Written written;
  const auto text = GENERATE("[]", "null", "{}", "[1]", R"([{"Config":1,"RepoTags":null,"Layers":[]}])",
                             R"([{"RepoTags":null,"Layers":[]}])", R"([{"Config":"a","RepoTags":null,"Layers":"b"}])",
                             R"([{"Config":"a","RepoTags":null,"Layers":[1]}])", R"([{"Config":"a","RepoTags":null}])");
  edit(written, [&](auto& archive) { archive.replace_text("manifest.json", text); });

  CHECK(written.findings() == Checks{"verify.manifest"});
}

TEST_CASE("tar verify 4: the config is missing, there twice, of another size, or has other bytes", "[outputs]") {
  Written written;
  SECTION("missing") {
    edit(written, [&](auto& archive) { archive.rename(written.config(), "other.json"); });
  }
  SECTION("twice") {
    edit(written, [&](auto& archive) { archive.append({written.config(), "{}"}); });
  }
  SECTION("size") {
    edit(written, [&](auto& archive) { archive.resize(written.config(), -1); });
  }
  SECTION("bytes") {
    edit(written, [&](auto& archive) { archive.flip(written.config(), 5); });
  }
  SECTION("manifest.json names another") {
    edit(written, [&](auto& archive) {
      auto text = archive.text_of("manifest.json");
      archive.replace_text("manifest.json", replaced(text, written.config(), "manifest.json"));
    });
  }

  CHECK(written.findings() == Checks{"verify.config"});
}

TEST_CASE("tar verify 5: a layer is missing, there twice, not a file, or of another size", "[outputs]") {
  Written written;
  SECTION("missing") {
    edit(written, [&](auto& archive) { archive.rename(written.layer(1), "other"); });
  }
  SECTION("twice") {
    edit(written, [&](auto& archive) { archive.append({written.layer(1), written.image.layers[1]}); });
  }
  SECTION("a directory") {
    edit(written, [&](auto& archive) {
      archive.rename(written.layer(1), "other");
      archive.append({.name = written.layer(1), .type = '5'});
    });
  }
  SECTION("a link to the layer") {
    edit(written, [&](auto& archive) {
      archive.rename(written.layer(1), "other");
      archive.append({.name = written.layer(1), .type = '1', .link = "other"});
    });
  }
  SECTION("size") {
    edit(written, [&](auto& archive) { archive.resize(written.layer(1), -1); });
  }
  SECTION("a layer that is listed twice is missing once") {
    edit(written, [&](auto& archive) { archive.rename(written.layer(2), "other"); });
  }

  CHECK(written.findings() == Checks{"verify.layer"});
}

TEST_CASE("tar verify 6: another number of layers, another order, other names", "[outputs]") {
  Written written;
  auto text = written.archive().text_of("manifest.json");
  const auto put = [&] { edit(written, [&](auto& archive) { archive.replace_text("manifest.json", text); }); };
  SECTION("one layer fewer") {
    text = replaced(text, "\"" + written.layer(0) + "\",", "");
    put();
    CHECK(written.findings() == Checks{"verify.layer-count"});
  }
  SECTION("two layers changed places") {
    text = replaced(replaced(replaced(text, written.layer(0), "X"), written.layer(1), written.layer(0)), "\"X\"",
                    "\"" + written.layer(1) + "\"");
    put();
    CHECK(written.findings() == Checks{"verify.layer-order", "verify.layer-order"});
  }
  SECTION("another name") {
    text = replaced(text, "occy/test:1", "occy/test:2");
    put();
    CHECK(written.findings() == Checks{"verify.tags"});
  }
  SECTION("no name") {
    text = replaced(text, "[\"occy/test:1\"]", "null");
    put();
    CHECK(written.findings() == Checks{"verify.tags"});
  }
}

TEST_CASE("tar verify 7: one bit of a layer is found by the full level, and only by it", "[outputs]") {
  Written written;
  edit(written, [&](auto& archive) { archive.flip(written.layer(1), 700); });

  CHECK(written.findings(VerifyLevel::standard) == Checks{"verify.ok"});
  const auto results = written.verify(VerifyLevel::full);
  REQUIRE(results.findings().size() == 1);
  CHECK(results.findings()[0].check == "verify.digest");
  CHECK_THAT(results.findings()[0].subject, Catch::Matchers::EndsWith(written.layer(1)));
}

TEST_CASE("tar verify 7: every bad layer is reported, in the order of the config", "[outputs]") {
  Written written;
  edit(written, [&](auto& archive) {
    for (const std::size_t i : {0U, 1U, 2U, 3U}) archive.flip(written.layer(i), 1024);
  });

  const auto results = written.verify(VerifyLevel::full);

  REQUIRE(results.findings().size() == 4);
  for (const std::size_t i : {0U, 1U, 2U, 3U})
    CHECK_THAT(results.findings()[i].subject, Catch::Matchers::EndsWith(written.layer(i)));
}

TEST_CASE("tar verify 8: a layer that is no tar to its end", "[outputs]") {
  const auto layer =
      GENERATE(as<std::string>{}, "hello", random_bytes(1, 5000), random_layer(1, 2000).substr(0, 1500),
               random_layer(1, 2000).substr(0, 2700), make_tar({{.name = "a", .type = 'Z'}}), make_tar({{.name = ""}}));
  Written written(make_image({random_layer(3, 10), layer}));

  CHECK(written.findings(VerifyLevel::standard) == Checks{"verify.ok"});
  CHECK(written.findings(VerifyLevel::full) == Checks{"verify.layer-tar"});
}

TEST_CASE("tar verify 8: nothing, or nothing but zeros, is an empty layer", "[outputs]") {
  const auto size = GENERATE(0U, 1U, 512U, 1024U, 10'240U);
  Written written(make_image({std::string(size, '\0')}));

  CHECK(written.findings(VerifyLevel::full) == Checks{"verify.ok"});
}

TEST_CASE("tar verify 8: a layer without its end marker is what it was", "[outputs]") {
  const auto size = GENERATE(2560U, 2560U + 512U);
  Written written(make_image({random_layer(1, 2000).substr(0, size)}));

  CHECK(written.findings(VerifyLevel::full) == Checks{"verify.ok"});
}

TEST_CASE("tar verify: a second reader that sees another archive is an error", "[outputs]") {
  const Written first(make_image({random_layer(1, 100)}));
  const Written other(
      GENERATE(make_image({random_layer(2, 100)}), make_image({random_layer(1, 100), random_layer(2, 1)})));
  auto file = io::File::open_to_read(first.path, Side::verify);
  auto other_file = io::File::open_to_read(other.path, Side::verify);
  auto index = tar::ArchiveIndex::build(other_file);

  const auto results = outputs::verify_second_reader({std::move(file), std::move(index)});

  REQUIRE(results.findings().size() == 1);
  CHECK(results.findings()[0].check == "verify.judge");
}

TEST_CASE("tar verify: findings are the same whatever the number of jobs", "[outputs]") {
  Written written;
  edit(written, [&](auto& archive) {
    for (const std::size_t i : {1U, 3U, 6U}) archive.flip(written.layer(i), 550);
  });
  const auto reference = written_image(written.image);
  const auto texts = [&](unsigned jobs) {
    std::vector<std::string> all;
    const auto results = outputs::verify_tar(written.path, reference, {.level = VerifyLevel::full, .jobs = jobs});
    for (const auto& finding : results.findings()) all.push_back(finding.check + finding.subject + finding.message);
    return all;
  };

  const auto with_one = texts(1);

  CHECK(with_one.size() >= 3);
  for (const unsigned jobs : {0U, 2U, 8U}) CHECK(texts(jobs) == with_one);
}
