#include "occy/inputs/registry.hpp"

#include "registry/repository.hpp"

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/fake_registry.hpp"
#include "support/image_builder.hpp"
#include "support/memory_source.hpp"
#include "support/packed.hpp"
#include "support/temp_dir.hpp"

using namespace occy;
using namespace occy::test;

namespace {

constexpr const char* kManifestType = "application/vnd.oci.image.manifest.v1+json";
constexpr const char* kIndexType = "application/vnd.oci.image.index.v1+json";
constexpr const char* kGzipLayer = "application/vnd.oci.image.layer.v1.tar+gzip";

struct Entry {
  std::string digest;
  std::size_t size;
  std::string platform = {};  ///< the members of "platform"
  std::string more = {};      ///< further members, with their comma
  std::string media_type = kManifestType;
};

std::string index_of(const std::vector<Entry>& entries) {
  std::string list;
  for (const Entry& entry : entries) {
    list += (list.empty() ? "" : ",") + (R"({"mediaType":")" + entry.media_type + R"(","digest":")" + entry.digest) +
            R"(","size":)" + std::to_string(entry.size) + entry.more;
    if (!entry.platform.empty()) list += R"(,"platform":{)" + entry.platform + "}";
    list += "}";
  }
  return R"({"schemaVersion":2,"mediaType":")" + std::string(kIndexType) + R"(","manifests":[)" + list + "]}";
}

std::string on_linux(const std::string& architecture, const std::string& variant = {}) {
  return R"("os":"linux","architecture":")" + architecture + "\"" +
         (variant.empty() ? "" : R"(,"variant":")" + variant + "\"");
}

/// A manifest of one image, changed as text.
struct Pushed {
  std::string manifest;
  Digest digest;
};

Pushed push(FakeRegistry& server, const std::string& tag, const SavedImage& image = small_image()) {
  const Digest digest = server.put_image(tag, image);
  registry::Repository repository(RegistrySession(FakeRegistry::options()), server.image(tag), Side::input);
  return {repository.manifest(tag).bytes, digest};
}

RegistryInput input_of(const FakeRegistry& server, RegistryInputOptions options = {},
                       const std::string& reference = "1") {
  return RegistryInput(server.image(reference), RegistrySession(FakeRegistry::options()), std::move(options));
}

RegistryInputOptions platform(const std::string& architecture, const std::string& variant = {}) {
  return {.platform = Platform{.os = "linux", .architecture = architecture, .variant = variant}};
}

/// The image that an index leads to: each has one layer, whose text is its name.
Digest chosen(FakeRegistry& server, const RegistryInputOptions& options) {
  RegistryInput input = input_of(server, options);
  return input.describe().manifest->digest;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("registry input: a description costs two requests, and no layer", "[inputs]") {
  FakeRegistry server;
  const Digest digest = server.put_image("1", small_image());
  RegistryInput input = input_of(server);
  const ImageDescription& image = input.describe();

  CHECK(image.source == "registry://" + server.address() + "/occy/test:1");
  CHECK(image.references.at(0).str() == server.address() + "/occy/test:1");
  CHECK(image.manifest->digest == digest);
  CHECK(image.id == image.config->digest());
  REQUIRE(image.layers->size() == 3);
  for (const LayerInfo& layer : *image.layers) {
    CHECK(layer.compression == Compression::gzip);
    CHECK(layer.stored->media_type == kGzipLayer);
    CHECK(layer.diff_id.has_value());
  }
  CHECK(server.requests().size() == 2);
}

TEST_CASE("registry input: a digest is no name", "[inputs]") {
  FakeRegistry server;
  const Digest digest = server.put_image("1", small_image());
  RegistryInput input = input_of(server, {}, digest.str());

  CHECK(input.describe().references.empty());
  CHECK(input.describe().manifest->digest == digest);
}

TEST_CASE("registry input: a layer that nobody reads is not asked for", "[inputs]") {
  FakeRegistry server;
  server.put_image("1", small_image());
  RegistryInput input = input_of(server);
  while (input.next_layer()) {
  }
  CHECK(server.requests().size() == 2);
}

TEST_CASE("registry input: a hint at the size of a small layer is had with the layer", "[inputs]") {
  FakeRegistry server;
  server.put_image("1", small_image());
  RegistryInput input = input_of(server);
  for (const std::string& layer : small_image().layers) {
    const auto reader = input.next_layer();
    CHECK(reader->size_hint() == layer.size());
    CHECK(drain(*reader) == gzip(layer));
    CHECK(reader->next().empty());
    CHECK(reader->restart());
    CHECK(drain(*reader) == gzip(layer));
  }
  CHECK(server.count("GET /v2/occy/test/blobs/") == 1 + 3 * 2);  // the config, and each layer again after restart()
}

TEST_CASE("registry input: a hint at the size of a large layer is asked for", "[inputs]") {
  const TempDir directory;
  const std::string layer = random_layer(1, 2'000'000);
  FakeRegistry server;
  server.put_image("1", {.name = "occy/test:1", .layers = {layer}});
  const auto runs = GENERATE(std::size_t{1}, std::size_t{2});
  for (std::size_t run = 0; run < runs; ++run) {
    RegistryInput input = input_of(server, {.blob_cache = runs > 1 ? directory.path() : std::filesystem::path()});
    const auto reader = input.next_layer();

    CHECK(reader->size_hint() == layer.size());
    CHECK((drain(*reader) == gzip(layer)));
  }
  CHECK(server.count("GET /v2/occy/test/blobs/") == runs + 2);  // the config, the hint and the layer; then the config
}

TEST_CASE("registry input: an index leads to the image for a platform", "[inputs]") {
  FakeRegistry server;
  const Pushed amd64 = push(server, "a", {.name = "a:1", .layers = {small_layer("amd64")}});
  const Pushed v7 = push(server, "b", {.name = "a:1", .layers = {small_layer("v7")}});
  const Pushed v6 = push(server, "c", {.name = "a:1", .layers = {small_layer("v6")}});
  const Pushed arm64 = push(server, "d", {.name = "a:1", .layers = {small_layer("arm64")}});
  const auto entry = [](const Pushed& image, const std::string& for_platform) {
    return Entry{image.digest.str(), image.manifest.size(), for_platform};
  };
  server.put_manifest("1", kIndexType,
                      index_of({entry(v6, on_linux("arm", "v6")),
                                entry(v7, on_linux("arm", "v7")),
                                entry(amd64, on_linux("amd64")),
                                entry(arm64, on_linux("arm64", "v8")),
                                {sha256("x").str(), 1, R"("os":"unknown","architecture":"unknown")",
                                 R"(,"annotations":{"vnd.docker.reference.type":"attestation-manifest"})"}}));

  // The config says amd64: only what the index says is looked at here.
  CHECK(chosen(server, {}) == amd64.digest);
  CHECK(chosen(server, platform("amd64", "v1")) == amd64.digest);
  for (const auto& [options, expected] : {std::pair(platform("arm"), v7.digest),
                                          {platform("arm", "v6"), v6.digest},
                                          {platform("arm64"), arm64.digest},
                                          {platform("arm64", "v8"), arm64.digest}}) {
    const Error error = error_of([&, wanted = options] { (void)chosen(server, wanted); });
    CHECK(error.detail().what == "the image is for another platform");
    CHECK(server.count("GET /v2/occy/test/manifests/" + expected.str()) > 0);
  }
  const Error error = error_of([&] { (void)chosen(server, platform("s390x")); });
  CHECK(error.code() == Errc::not_found);
  CHECK(error.detail().what.find("found linux/arm/v6, linux/arm/v7, linux/amd64, linux/arm64/v8") != std::string::npos);
}

TEST_CASE("registry input: indexes may be nested, but not deep", "[inputs]") {
  FakeRegistry server;
  const Pushed image = push(server, "0");
  const auto depth = GENERATE(1, 3, 4);
  Entry entry{image.digest.str(), image.manifest.size(), on_linux("amd64")};
  for (int level = 0; level < depth; ++level) {
    const std::string index = index_of({entry});
    entry = {server.put_manifest("1", kIndexType, index).str(), index.size(), {}, {}, kIndexType};
  }

  if (depth < 4)
    CHECK(chosen(server, {}) == image.digest);
  else
    CHECK(error_of([&] { (void)chosen(server, {}); }).detail().what == "indexes nested too deep");
}

TEST_CASE("registry input: what an index promises of a manifest is held against it", "[inputs]") {
  FakeRegistry server;
  const Pushed image = push(server, "0");
  const auto [size, media_type, code] = GENERATE_COPY(table<std::size_t, std::string, Errc>(
      {{image.manifest.size() + 1, kManifestType, Errc::size_mismatch},
       {image.manifest.size(), "application/vnd.docker.distribution.manifest.v2+json", Errc::bad_document}}));
  server.put_manifest("1", kIndexType, index_of({{image.digest.str(), size, on_linux("amd64"), {}, media_type}}));

  CHECK(error_of([&] { (void)chosen(server, {}); }).code() == code);
  RegistryInput input = input_of(server);
  CHECK(input.check_structure().find("index") != nullptr);
}

TEST_CASE("registry input: an index that names what is not there, or another thing, is found out", "[inputs]") {
  FakeRegistry server;
  server.put_manifest("1", kIndexType, index_of({{sha256("x").str(), 1, on_linux("amd64")}}));
  RegistryInput input = input_of(server);

  CHECK(input.check_structure().find("archive-blob-missing") != nullptr);
  CHECK(error_of([&] { (void)input.describe(); }).code() == Errc::not_found);
}

TEST_CASE("registry input: 10,000 images in an index are too many", "[inputs]") {
  FakeRegistry server;
  server.put_manifest("1", kIndexType, index_of(std::vector<Entry>(10'000, {sha256("x").str(), 1, on_linux("amd64")})));
  CHECK(error_of([&] { (void)chosen(server, {}); }).code() == Errc::bad_document);
}

TEST_CASE("registry input: an image that is not there is a finding", "[inputs]") {
  FakeRegistry server;
  RegistryInput input = input_of(server);
  CHECK(input.check_structure().find("image") != nullptr);
}

TEST_CASE("registry input: a registry that lets nobody in is no finding", "[inputs]") {
  FakeRegistry server([](const ServedRequest&) { return ServedReply{.bytes = make_answer(403)}; });
  RegistryInput input = input_of(server);
  CHECK(error_of([&] { (void)input.check_structure(); }).code() == Errc::refused);
}

TEST_CASE("registry input: a broken config is told by its kind", "[inputs]") {
  FakeRegistry server;
  const Pushed image = push(server, "0");
  const std::string config = small_image().config();
  const std::string size = R"(,"size":)" + std::to_string(config.size());
  const auto digest = sha256(config).str();
  const auto [manifest, check] = GENERATE_COPY(table<std::string, std::string>(
      {{replaced(image.manifest, digest, sha256("none").str()), "archive-blob-missing"},
       {replaced(image.manifest, digest, sha256("{}").str()), "config-descriptor"},
       {replaced(image.manifest, "application/vnd.oci.image.config.v1+json", "text/x"), "oci-media-type"}}));
  server.put_blob("{}");
  server.put_manifest("1", kManifestType, manifest);
  RegistryInput input = input_of(server);

  INFO(manifest << size);
  CHECK(input.check_structure().find(check) != nullptr);
}

TEST_CASE("registry input: a layer that is not there is found without reading any", "[inputs]") {
  FakeRegistry server;
  const Pushed image = push(server, "0");
  server.put_manifest("1", kManifestType,
                      replaced(image.manifest, sha256(gzip(small_layer("one"))).hex(), sha256("x").hex()));
  RegistryInput input = input_of(server);

  CHECK(input.check_structure().find("archive-blob-missing") != nullptr);
  CHECK(server.count("GET /v2/occy/test/blobs/") == 1);
}

TEST_CASE("registry input: a plain layer is known by its digest, whatever its media type says", "[inputs]") {
  FakeRegistry server;
  server.put_image("0", small_image(), Compression::none);
  std::string manifest = push(server, "x").manifest;
  for (const char* text : {"one", "two", "three"}) {
    const std::string packed = gzip(small_layer(text));
    manifest = replaced(manifest, sha256(packed).hex(), sha256(small_layer(text)).hex());
    manifest = replaced(manifest, "\"size\":" + std::to_string(packed.size()),
                        "\"size\":" + std::to_string(small_layer(text).size()));
  }
  server.put_manifest("1", kManifestType, manifest);
  RegistryInput input = input_of(server);

  CHECK(input.describe().layers->at(0).compression == Compression::none);
  CHECK(input.check_structure().find("media-type") != nullptr);
  CHECK(read_layers(input).at(0).bytes == small_layer("one"));
}

TEST_CASE("registry input: blobs are kept for another run", "[inputs]") {
  const TempDir directory;
  FakeRegistry server;
  server.put_image("1", small_image());
  for (int run = 0; run < 2; ++run) {
    RegistryInput input = input_of(server, {.blob_cache = directory.path()});
    CHECK(read_layers(input).size() == 3);
  }
  CHECK(server.count("GET /v2/occy/test/blobs/") == 2 + 3);  // the config twice
}

TEST_CASE("registry input: foreign layers are followed only where that is asked for, and over TLS", "[inputs]") {
  FakeRegistry server;
  const Pushed image = push(server, "0");
  const std::string layer = sha256(gzip(small_layer("one"))).str();
  server.put_manifest(
      "1", kManifestType,
      replaced(image.manifest, layer + "\"", sha256("elsewhere").str() + R"(","urls":["http://127.0.0.1:1/x"])"));
  RegistryInput refusing = input_of(server);
  CHECK(error_of([&] { (void)read_layers(refusing); }).code() == Errc::unsupported);

  RegistryInput following = input_of(server, {.foreign_layers = RegistryInputOptions::ForeignLayers::follow});
  const Error error = error_of([&] { (void)read_layers(following); });
  CHECK(error.code() == Errc::unsupported);
  CHECK_THAT(error.what(), contains_text("HTTPS"));
}
