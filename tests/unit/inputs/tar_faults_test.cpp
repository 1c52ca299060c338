// Each test spoils one thing; describe() must throw, and check_structure() must say which rule it broke.
#include "occy/error.hpp"
#include "occy/inputs/tar.hpp"
#include "support/archive_builder.hpp"
#include "support/catch.hpp"
#include "support/memory_source.hpp"
#include "support/packed.hpp"
#include "support/temp_dir.hpp"

using namespace occy;
using namespace occy::test;

namespace {

/// An archive in a file of its own, and what occy says of it.
class Spoiled {
 public:
  explicit Spoiled(const std::string& archive, const TarInputOptions& options = {})
      : path_(write_file(directory_ / "image.tar", archive)), input_(path_, options) {}

  explicit Spoiled(const std::vector<TarMember>& members) : Spoiled(tar_archive(members)) {}

  /// The message of the finding `check`, which is an error, and after it that describe() throws too.
  std::string finding(const std::string& check) {
    const auto results = input_.check_structure();
    const Finding* found = results.find(check);
    REQUIRE(found != nullptr);
    CHECK(found->severity == Severity::error);
    CHECK(found->subject.find("image.tar") != std::string::npos);
    CHECK_THROWS_AS(input_.describe(), Error);
    return found->message;
  }

  Errc code() {
    try {
      static_cast<void>(input_.describe());
    } catch (const Error& error) {
      CHECK(error.side() == Side::input);
      CHECK(std::string(error.what()).find('\n') == std::string::npos);
      CHECK(std::string(error.what()).size() < 4000);
      return error.code();
    }
    FAIL("the archive was accepted");
    return Errc::io;
  }

  TarInput& input() { return input_; }

 private:
  TempDir directory_;
  std::filesystem::path path_;
  TarInput input_;
};

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::vector<TarMember> good() { return save({small_image()}, {.dialect = Dialect::occy}); }

std::string first_layer() { return small_image().diff_ids().front().hex() + "/layer.tar"; }

std::string manifest_finding(const std::string& manifest) {
  auto members = good();
  member_of(members, "manifest.json").bytes = manifest;
  return Spoiled(members).finding("archive-manifest");
}

}  // namespace

TEST_CASE("tar input: an archive that is not there is a finding, and an error that says so", "[inputs]") {
  const TempDir directory;
  TarInput input(directory / "missing.tar");

  REQUIRE(input.check_structure().find("archive") != nullptr);
  CHECK_FALSE(input.next_layer());
  try {
    static_cast<void>(input.describe());
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.code() == Errc::not_found);
    CHECK(contains(error.what(), "missing.tar"));
  }
  CHECK_THROWS_AS(input.config(), Error);
}

TEST_CASE("tar input: a directory is no archive", "[inputs]") {
  const TempDir directory;
  TarInput input(directory.path());

  CHECK(input.check_structure().find("archive") != nullptr);
  CHECK_THROWS_AS(input.describe(), Error);
}

TEST_CASE("tar input: an empty file, random bytes and text are no archive", "[inputs]") {
  CHECK(contains(Spoiled(std::string()).finding("archive"), "empty"));
  CHECK(contains(Spoiled(std::string(5000, '\x5a')).finding("archive"), "not a tar archive"));
  CHECK(contains(Spoiled(std::string("hello")).finding("archive"), "not a tar archive"));
}

TEST_CASE("tar input: an archive that is compressed as a whole is refused with a way out", "[inputs]") {
  const std::string archive = saved_archive({small_image()});

  CHECK(contains(Spoiled(gzip(archive)).finding("archive"), "gzip"));
  CHECK(contains(Spoiled(zstd(archive)).finding("archive"), "tar://-"));
  CHECK(Spoiled(gzip(archive)).code() == Errc::unsupported);
}

TEST_CASE("tar input: an archive without manifest.json says what it is instead", "[inputs]") {
  auto oci = save({small_image()}, {.dialect = Dialect::docker_25});
  remove_member(oci, "manifest.json");
  auto old = save({small_image()}, {.dialect = Dialect::docker_1_10});
  remove_member(old, "manifest.json");

  CHECK(contains(Spoiled(oci).finding("archive-manifest"), "OCI layout"));
  CHECK(contains(Spoiled(old).finding("archive-manifest"), "before 1.10"));
  CHECK(contains(Spoiled(tar_archive({{.name = "hello.txt", .bytes = "hello"}})).finding("archive-manifest"),
                 "docker save"));
}

TEST_CASE("tar input: an archive with two manifest.json is ambiguous", "[inputs]") {
  auto members = good();
  members.insert(members.begin(), member_of(members, "manifest.json"));

  CHECK(contains(Spoiled(members).finding("archive-manifest"), "ambiguous"));
}

TEST_CASE("tar input: a manifest.json that is no list of images is refused", "[inputs]") {
  CHECK_FALSE(manifest_finding("").empty());
  CHECK(contains(manifest_finding("null"), "null"));
  CHECK(contains(manifest_finding("{}"), "an object"));
  CHECK(contains(manifest_finding("[]"), "empty list"));
  CHECK(contains(manifest_finding(R"([{"Config":1,"Layers":[]}])"), "Config"));
  CHECK_FALSE(manifest_finding("[{\"Config\":\"\xff\xfe\",\"Layers\":[]}]").empty());
  CHECK_FALSE(manifest_finding(std::string(10'000, '[') + std::string(10'000, ']')).empty());
  CHECK_FALSE(manifest_finding(R"([{"Config":"a","Config":"b","Layers":[]}])").empty());
}

TEST_CASE("tar input: a manifest.json that is a directory or a link out is refused", "[inputs]") {
  auto members = good();
  const std::string bytes = member_of(members, "manifest.json").bytes;

  SECTION("directory") { member_of(members, "manifest.json") = {.name = "manifest.json/", .type = '5'}; }
  SECTION("link") { member_of(members, "manifest.json") = {.name = "manifest.json", .type = '2', .link = "/etc/x"}; }

  CHECK(Spoiled(members).input().check_structure().has_errors());
  Spoiled(members).code();
}

TEST_CASE("tar input: a manifest.json of 100 MB is refused by its declared size", "[inputs]") {
  const TempDir directory;
  const auto path =
      write_file(directory / "image.tar", tar_member({.name = "manifest.json", .declared_size = 100'000'000}));
  std::filesystem::resize_file(path, 512 + 100'000'256 + 1024);  // sparse: the bytes are zeros
  TarInput input(path);

  const auto results = input.check_structure();

  REQUIRE(results.find("archive-manifest") != nullptr);
  CHECK(contains(results.find("archive-manifest")->message, "100000000 bytes"));
  CHECK_THROWS_AS(input.describe(), Error);
}

TEST_CASE("tar input: a name in RepoTags that is no image name is refused", "[inputs]") {
  const auto message = manifest_finding(R"([{"Config":"c","RepoTags":["UPPER CASE"],"Layers":[]}])");

  CHECK(contains(message, "UPPER CASE"));
}

TEST_CASE("tar input: an image that is not in the archive is refused with the names that are", "[inputs]") {
  Spoiled archive(tar_archive(good()), {.image = *Reference::parse("other:1")});

  CHECK(contains(archive.finding("archive-manifest"), "occy/test:1"));
  CHECK(archive.code() == Errc::not_found);
}

TEST_CASE("tar input: a config that is missing, wrong or too large is refused", "[inputs]") {
  auto members = good();
  auto& config = member_of(members, name_ending(members, ".json"));

  SECTION("missing") {
    remove_member(members, config.name);
    CHECK(contains(Spoiled(members).finding("archive-blob-missing"), "missing"));
  }
  SECTION("not what its name promises") {
    config.bytes += "\n";
    CHECK(contains(Spoiled(members).finding("config-digest"), "expected sha256:"));
    CHECK(Spoiled(members).code() == Errc::digest_mismatch);
  }
  SECTION("not JSON") {
    config.bytes = "hello";
    const std::string name = sha256(config.bytes).hex() + ".json";
    auto& manifest = member_of(members, "manifest.json").bytes;
    manifest.replace(manifest.find(config.name), name.size(), name);
    config.name = name;
    CHECK_FALSE(Spoiled(members).finding("config").empty());
    CHECK(Spoiled(members).code() == Errc::bad_document);
  }
  SECTION("a directory") {
    config = {.name = config.name + "/", .type = '5'};
    CHECK_FALSE(Spoiled(members).finding("archive-blob-missing").empty());
  }
  SECTION("twice") {
    members.push_back(config);
    CHECK_FALSE(Spoiled(members).finding("duplicate-entry").empty());
  }
  SECTION("too large") {
    TarInputOptions options;
    options.limits.document_bytes = config.bytes.size() - 1;
    CHECK_FALSE(Spoiled(tar_archive(members), options).finding("config").empty());
    CHECK(Spoiled(tar_archive(members), options).code() == Errc::limit);
  }
}

TEST_CASE("tar input: a config with another number of diff_ids is refused, and the layers still come", "[inputs]") {
  auto members = good();
  auto& manifest = member_of(members, "manifest.json").bytes;
  const auto begin = manifest.find('"' + first_layer());
  manifest.erase(begin, first_layer().size() + 3);
  Spoiled archive(members);

  CHECK(contains(archive.finding("layer-count"), "expected 3 layers, found 2"));
  const auto layers = read_layers(archive.input());
  REQUIRE(layers.size() == 2);
  CHECK_FALSE(layers.front().info.diff_id);
}

TEST_CASE("tar input: a layer that is missing, a directory or a bad link is refused; the others still come",
          "[inputs]") {
  auto members = good();
  auto& layer = member_of(members, first_layer());
  const std::string name = layer.name;

  SECTION("missing") { remove_member(members, name); }
  SECTION("a directory") { layer = {.name = name + "/", .type = '5'}; }
  SECTION("a device") { layer = {.name = name, .type = '3'}; }
  SECTION("a link to itself") { layer = {.name = name, .type = '2', .link = "layer.tar"}; }
  SECTION("a link to nothing") { layer = {.name = name, .type = '2', .link = "../nothing"}; }
  SECTION("a link out of the archive") { layer = {.name = name, .type = '2', .link = "../../../etc/passwd"}; }
  SECTION("an absolute link") { layer = {.name = name, .type = '2', .link = "/etc/passwd"}; }
  SECTION("a hard link to nothing") { layer = {.name = name, .type = '1', .link = "nothing"}; }
  SECTION("a link loop of two") {
    layer = {.name = name, .type = '2', .link = "../b"};
    members.push_back({.name = "b", .type = '2', .link = name});
  }
  Spoiled archive(members);

  CHECK_FALSE(archive.finding("archive-blob-missing").empty());
  CHECK(archive.code() == Errc::not_found);
  const auto layers = read_layers(archive.input());
  REQUIRE(layers.size() == 2);
  CHECK(layers.front().info.index == 1);
}

TEST_CASE("tar input: a layer member that is there twice is ambiguous", "[inputs]") {
  auto members = good();
  members.push_back({.name = first_layer(), .bytes = small_layer("evil")});

  CHECK(contains(Spoiled(members).finding("duplicate-entry"), "several"));
}

TEST_CASE("tar input: a member that is there twice and not used is a warning", "[inputs]") {
  auto members = good();
  members.push_back({.name = "VERSION", .bytes = "1.0"});
  members.push_back({.name = "VERSION", .bytes = "2.0"});
  Spoiled archive(members);

  const auto results = archive.input().check_structure();

  CHECK(results.warning_count() == 1);
  CHECK_FALSE(results.has_errors());
  CHECK_NOTHROW(archive.input().describe());
}

TEST_CASE("tar input: one member cannot be two layers", "[inputs]") {
  auto members = good();
  auto& manifest = member_of(members, "manifest.json").bytes;
  const std::string second = small_image().diff_ids()[1].hex() + "/layer.tar";
  manifest.replace(manifest.find(second), second.size(), first_layer());
  Spoiled archive(members);

  CHECK_FALSE(archive.finding("diff-id").empty());
  CHECK(read_layers(archive.input()).size() == 2);
}

TEST_CASE("tar input: names that leave the archive, hold NUL or are 64 KiB long find nothing", "[inputs]") {
  const auto name = GENERATE(std::string("../../etc/passwd"), std::string("/etc/passwd"), std::string("a\\u0000b"),
                             std::string(65'536, 'n'));
  const std::string manifest = R"([{"Config":")" + name + R"(","Layers":[")" + name + R"("]}])";
  Spoiled archive(tar_archive({{.name = "manifest.json", .bytes = manifest},
                               {.name = "etc/passwd", .bytes = "x"},
                               {.name = std::string(65'536, 'm'), .form = NameForm::gnu}}));

  CHECK_FALSE(archive.finding("archive-blob-missing").empty());
  CHECK(archive.code() == Errc::not_found);
  CHECK(archive.input().check_structure().error_count() == 2);
}

TEST_CASE("tar input: several faults are all reported", "[inputs]") {
  auto members = good();
  member_of(members, name_ending(members, ".json")).bytes += " ";
  remove_member(members, first_layer());
  Spoiled archive(members);

  const auto results = archive.input().check_structure();

  CHECK(results.find("config-digest") != nullptr);
  CHECK(results.find("archive-blob-missing") != nullptr);
  CHECK(results.error_count() == 2);
}
