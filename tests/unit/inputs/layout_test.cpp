#include "occy/inputs/layout.hpp"

#include <functional>
#include <vector>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/few_descriptors.hpp"
#include "support/memory_source.hpp"
#include "support/saved_directory.hpp"
#include "support/temp_dir.hpp"

using namespace occy;
using namespace occy::test;
namespace fs = std::filesystem;

namespace {

/// The layout's files as text, changed by `edit`.
void edit_file(const fs::path& path, const std::string& from, const std::string& to) {
  std::string text = read_file(path);
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  write_file(path, text.replace(at, from.size(), to));
}

fs::path blob_of(const fs::path& layout, const std::string& bytes) {
  return layout / "blobs/sha256" / sha256(bytes).hex();
}

Error refusal(const fs::path& layout, LayoutInputOptions options = {}) {
  LayoutInput input(layout, std::move(options));
  return error_of([&] { static_cast<void>(input.describe()); });
}

/// The only finding's check id, and what must be in its subject.
void expect_finding(const fs::path& layout, Severity severity, const std::string& check, const std::string& subject) {
  LayoutInput input(layout);
  const CheckResults results = input.check_structure();
  const Finding* finding = results.find(check);
  REQUIRE(finding != nullptr);
  CHECK(finding->severity == severity);
  CHECK_THAT(finding->subject, contains_text(subject));
}

}  // namespace

TEST_CASE("layout input: config, names, manifest and layers are those of the layout", "[inputs]") {
  const auto compression = GENERATE(Compression::none, Compression::gzip, Compression::zstd);
  const TempDir directory;
  const auto image = small_image();
  LayoutInput input(write_layout(directory / "layout", image, compression));

  const auto& description = input.describe();

  REQUIRE(description.config);
  CHECK(description.config->bytes() == image.config());
  REQUIRE(description.references.size() == 1);
  CHECK(description.references[0].str() == "docker.io/occy/test:1");
  REQUIRE(description.manifest);
  CHECK(sha256(description.manifest->bytes) == description.manifest->digest);
  REQUIRE(description.layers);
  REQUIRE(description.layers->size() == 3);
  CHECK(description.layers->front().compression == compression);
  CHECK(description.layers->front().stored.has_value());
  const auto layers = read_layers(input);
  REQUIRE(layers.size() == 3);
  CHECK(layers[2].bytes == image.layers[2]);
}

TEST_CASE("layout input: a plain layer can be skipped through, a packed one must be read", "[inputs]") {
  const TempDir directory;
  const auto image = small_image();
  LayoutInput plain(write_layout(directory / "plain", image));
  LayoutInput packed(write_layout(directory / "packed", image, Compression::gzip));

  const auto reader = plain.next_layer();
  CHECK(reader->skip(512) == 512);
  CHECK(drain(*reader) == image.layers[0].substr(512));
  const auto other = packed.next_layer();
  CHECK(other->skip(512) == 0);
}

TEST_CASE("layout input: passing over the end is an error", "[inputs]") {
  const TempDir directory;
  LayoutInput input(write_layout(directory / "layout", small_image()));
  const auto reader = input.next_layer();

  static_cast<void>(reader->skip(std::uint64_t{1} << 63U));

  CHECK(error_of([&] { static_cast<void>(reader->next()); }).code() == Errc::size_mismatch);
}

TEST_CASE("layout input: several images are chosen by tag, name or digest", "[inputs]") {
  const TempDir directory;
  const auto one = small_image("occy/one:1");
  const auto two = small_image("occy/two:2");
  auto members = save({one, two});
  std::string& index = member_of(members, "index.json").bytes;
  const std::string mark = R"({"io.containerd.image.name":"docker.io/occy/two)";
  index.replace(index.find(mark), 1, R"({"org.opencontainers.image.ref.name":"2",)");
  const fs::path layout = write_members(directory / "layout", members);
  const auto id_of = [&](LayoutInputOptions options) { return LayoutInput(layout, std::move(options)).describe().id; };

  CHECK(id_of({.tag = "2"}) == sha256(two.config()));
  CHECK(id_of({.image = Reference::parse("occy/one:1").value()}) == sha256(one.config()));
  const Digest manifest = LayoutInput(layout, {.tag = "2"}).describe().manifest->digest;
  CHECK(id_of({.digest = manifest}) == sha256(two.config()));

  const Error several = refusal(layout);
  CHECK_THAT(several.what(), contains_text("several images"));
  CHECK_THAT(several.what(), contains_text("docker.io/occy/one:1"));
  CHECK_THAT(refusal(layout, {.tag = "3"}).what(), contains_text("no such image: expected the tag 3"));
}

TEST_CASE("layout input: through a nested index this machine's platform is found", "[inputs]") {
  const TempDir directory;
  const fs::path layout = write_layout(directory / "layout", small_image());
  const Digest manifest = LayoutInput(layout).describe().manifest->digest;
  const auto entry = [&](const Digest& digest, std::uint64_t size, const std::string& more) {
    return R"({"digest":")" + digest.str() + R"(","size":)" + std::to_string(size) + more + "}";
  };
  const auto size = fs::file_size(layout / "blobs/sha256" / manifest.hex());
  const std::string nested =
      R"({"schemaVersion":2,"manifests":[)" +
      entry(manifest, size, R"(,"platform":{"os":"linux","architecture":")" + host_platform().architecture + R"("})") +
      "," + entry(sha256("other"), 9, R"(,"platform":{"os":"plan9","architecture":"amd64"})") + "," +
      entry(
          sha256("proof"), 9,
          R"(,"platform":{"os":"unknown","architecture":"unknown"},"annotations":{"vnd.docker.reference.type":"attestation-manifest"})") +
      "]}";
  write_file(blob_of(layout, nested), nested);
  write_file(layout / "index.json",
             R"({"schemaVersion":2,"manifests":[)" + entry(sha256(nested), nested.size(), "") + "]}");

  CHECK(LayoutInput(layout).describe().manifest->digest == manifest);
  const Error other = refusal(layout, {.platform = Platform{.os = "windows", .architecture = "arm64"}});
  CHECK_THAT(other.what(), contains_text("expected windows/arm64, found linux/"));
  CHECK_THAT(other.what(), contains_text("plan9/amd64"));
}

TEST_CASE("layout input: a platform that is asked for is the config's, where the index names none", "[inputs]") {
  const TempDir directory;
  const fs::path layout = write_layout(directory / "layout", small_image());
  const auto wanted = [](const std::string& architecture, const std::string& variant) {
    return LayoutInputOptions{.platform = Platform{.os = "linux", .architecture = architecture, .variant = variant}};
  };
  REQUIRE(LayoutInput(layout).describe().platform == Platform{.os = "linux", .architecture = "amd64"});

  CHECK_NOTHROW(LayoutInput(layout, wanted("amd64", "")).describe());
  CHECK_NOTHROW(LayoutInput(layout, wanted("amd64", "v2")).describe());
  const Error other = refusal(layout, wanted("arm64", ""));
  CHECK(other.code() == Errc::not_found);
  CHECK(other.detail().expected == "linux/arm64");
  CHECK(other.detail().found == "linux/amd64");
}

TEST_CASE("layout input: an index that names itself comes to an end", "[inputs]") {
  const TempDir directory;
  const fs::path layout = write_layout(directory / "layout", small_image());
  std::string inner = R"({"schemaVersion":2,"manifests":[]})";
  for (int depth = 0; depth < 10; ++depth) {
    write_file(blob_of(layout, inner), inner);
    inner = R"({"schemaVersion":2,"manifests":[{"digest":")" + sha256(inner).str() + R"(","size":)" +
            std::to_string(inner.size()) + "}]}";
  }
  write_file(layout / "index.json", inner);

  CHECK_THAT(refusal(layout).what(), contains_text("nested too deep"));
}

TEST_CASE("layout input: what is wrong is found, and the very file is named", "[inputs]") {
  const TempDir directory;
  const auto image = small_image();
  const fs::path layout = write_layout(directory / "layout", image);
  const std::string config = sha256(image.config()).hex();
  const std::string layer = sha256(image.layers[1]).hex();

  SECTION("no oci-layout") {
    fs::remove(layout / "oci-layout");
    expect_finding(layout, Severity::error, "archive", "layout");
  }
  SECTION("another version") {
    write_file(layout / "oci-layout", R"({"imageLayoutVersion":"2.0.0"})");
    expect_finding(layout, Severity::error, "archive", "oci-layout");
  }
  SECTION("no index") {
    fs::remove(layout / "index.json");
    expect_finding(layout, Severity::error, "archive-blob-missing", "index.json");
  }
  SECTION("index that is no JSON") {
    write_file(layout / "index.json", "{");
    expect_finding(layout, Severity::error, "index", "index.json");
  }
  SECTION("a layer is missing") {
    fs::remove(blob_of(layout, image.layers[1]));
    expect_finding(layout, Severity::error, "archive-blob-missing", layer);
  }
  SECTION("a layer is a link out of the layout") {
    fs::rename(blob_of(layout, image.layers[1]), directory / "outside");
    fs::create_symlink(directory / "outside", blob_of(layout, image.layers[1]));
    expect_finding(layout, Severity::error, "archive-blob-missing", layer);
  }
  SECTION("the blobs are behind a link") {
    fs::rename(layout / "blobs", directory / "blobs");
    fs::create_directory_symlink(directory / "blobs", layout / "blobs");
    CHECK(LayoutInput(layout).check_structure().has_errors());
  }
  SECTION("a layer is cut") {
    fs::resize_file(blob_of(layout, image.layers[1]), 100);
    expect_finding(layout, Severity::error, "layer-size", layer);
  }
  SECTION("the config has other bytes") {
    edit_file(blob_of(layout, image.config()), "amd64", "arm64");
    expect_finding(layout, Severity::error, "config-digest", config);
  }
  SECTION("the config's size is wrong") {
    rewrite_manifest(layout, "\"size\":" + std::to_string(image.config().size()), "\"size\":1");
    expect_finding(layout, Severity::error, "config-descriptor", config);
  }
  SECTION("a media type that is not the packing") {
    rewrite_manifest(layout, "\"layers\":[{",
                     R"("layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip",)");
    expect_finding(layout, Severity::warning, "media-type", sha256(image.layers[0]).hex());
  }
  SECTION("a media type that nobody knows") {
    rewrite_manifest(layout, "\"layers\":[{", R"("layers":[{"mediaType":"text/plain",)");
    expect_finding(layout, Severity::warning, "oci-media-type", "blobs/sha256/");
  }
  SECTION("another schema version") {
    rewrite_manifest(layout, "\"schemaVersion\":2", "\"schemaVersion\":1");
    expect_finding(layout, Severity::error, "schema-version", "blobs/sha256/");
  }
  SECTION("a layer too many") {
    rewrite_manifest(layout, "\"layers\":[",
                     R"("layers":[{"digest":")" + sha256(image.layers[0]).str() + R"(","size":)" +
                         std::to_string(image.layers[0].size()) + "},");
    expect_finding(layout, Severity::error, "layer-count", "blobs/sha256/");
  }
  SECTION("an index and a manifest at once") {
    rewrite_manifest(layout, "\"layers\":[", R"("manifests":[],"layers":[)");
    expect_finding(layout, Severity::error, "index", "blobs/sha256/");
  }
}

TEST_CASE("layout input: a layer that changes after it was found is an error", "[inputs]") {
  const TempDir directory;
  const auto image = small_image();
  const fs::path layout = write_layout(directory / "layout", image);
  LayoutInput input(layout);
  static_cast<void>(input.describe());
  write_file(blob_of(layout, image.layers[0]), image.layers[0] + "more");

  CHECK_THAT(error_of([&] { static_cast<void>(input.next_layer()); }).what(), contains_text("changed"));
}

TEST_CASE("layout input: a directory that is none, or another store, says what it is", "[inputs]") {
  const TempDir directory;
  fs::create_directory(directory / "store");
  write_file(directory / "store/catalog.json", "{}");

  CHECK(refusal(directory / "missing").code() == Errc::not_found);
  CHECK_THAT(refusal(directory / "store").detail().hint, contains_text("dir://"));
}

TEST_CASE("layout input: what could not be read stays an error", "[inputs]") {
  const TempDir directory;
  const fs::path layout = write_layout(directory / "layout", small_image());
  for (std::size_t descriptors = 0; descriptors < 3; ++descriptors) {
    LayoutInput input(layout);
    std::vector<Errc> errors;
    const auto describe = [&] {
      try {
        static_cast<void>(input.describe());
      } catch (const Error& error) {
        errors.push_back(error.code());
      }
    };
    {
      const FewDescriptors few(descriptors);
      describe();
      describe();
    }
    describe();
    CHECK(errors == std::vector{Errc::io, Errc::io, Errc::io});
  }
}
