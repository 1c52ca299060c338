#include <set>

#include "occy/index_copy.hpp"
#include "support/blob_store.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"

using namespace occy;
using namespace occy::test;

namespace {

void select(const BlobStore& store, const Descriptor& root, std::vector<Platform> platforms, MemoryBlobOutput& output) {
  MemoryBlobInput input(store, root);
  (void)copy_index(input, output, {.platforms = std::move(platforms)});
}

std::string selected_text(const BlobStore& store, const Descriptor& root, std::vector<Platform> platforms) {
  MemoryBlobOutput output;
  select(store, root, std::move(platforms), output);
  return output.root->bytes;
}

/// The lines of a test index that are about these documents: an entry stands on a line of its own.
std::string lines_with(const std::string& text, const std::set<Digest>& digests) {
  std::string lines;
  for (const std::string_view rest = text; const Digest& digest : digests) {
    const std::string key = "\"digest\":\"" + digest.str();
    const std::size_t at = rest.find(key);
    if (at == std::string_view::npos) continue;
    const std::size_t begin = rest.rfind('\n', at) + 3;
    lines += std::string(rest.substr(begin, rest.find('\n', at) - begin));
  }
  return lines;
}

}  // namespace

TEST_CASE("index selection: an image comes with what is attested about it, and nothing else", "[pipeline]") {
  BlobStore store;
  const Descriptor amd64 = store.add_image("amd64");
  const Descriptor arm64 = store.add_image("arm64");
  const Descriptor about = store.add_image("about arm64");
  const Descriptor root =
      store.add_index({{.descriptor = amd64, .platform = Platform{"linux", "amd64"}},
                       {.descriptor = arm64, .platform = Platform{"linux", "arm64", "v8"}},
                       {.descriptor = about, .platform = Platform{"unknown", "unknown"}, .about = arm64.digest}});
  MemoryBlobOutput output;

  select(store, root, {{"linux", "arm64"}}, output);

  CHECK(output.documents == std::vector{arm64.digest, about.digest});
  CHECK_FALSE(output.store.blobs.contains(amd64.digest));
  CHECK_FALSE(output.store.blobs.contains(sha256("amd64 config")));
  CHECK(output.root->digest == sha256(output.root->bytes));
  CHECK(output.root->digest != root.digest);
  CHECK(output.root->media_type == root.media_type);
  const std::string& text = store.blobs.at(root.digest);
  CHECK_THAT(output.root->bytes, contains_text(lines_with(text, {arm64.digest}) + lines_with(text, {about.digest})));
  CHECK_THAT(output.root->bytes, contains_text(R"("annotations": {"a": "b"})"));
}

TEST_CASE("index selection: the same platforms give the same bytes, in any order", "[pipeline]") {
  BlobStore store;
  const Descriptor root =
      store.add_index({{.descriptor = store.add_image("1"), .platform = Platform{"linux", "amd64"}},
                       {.descriptor = store.add_image("2"), .platform = Platform{"linux", "arm", "v6"}},
                       {.descriptor = store.add_image("3"), .platform = Platform{"linux", "arm", "v7"}},
                       {.descriptor = store.add_image("4"), .platform = Platform{"windows", "amd64"}}});

  const std::string text = selected_text(store, root, {{"linux", "amd64"}, {"linux", "arm", "v7"}});

  CHECK(text == selected_text(store, root, {{"linux", "arm", "v7"}, {"linux", "amd64"}, {"linux", "amd64"}}));
  CHECK(text.find("\"v6\"") == std::string::npos);
  const std::string both = selected_text(store, root, {{"linux", "arm"}});
  CHECK_THAT(both, contains_text("\"v6\""));
  CHECK_THAT(both, contains_text("\"v7\""));
}

TEST_CASE("index selection: where everything stays, so does the index", "[pipeline]") {
  BlobStore store;
  const Descriptor root = add_usual_index(store);

  CHECK(selected_text(store, root, {{"linux", "arm64"}, {"linux", "amd64"}}) == store.blobs.at(root.digest));
}

TEST_CASE("index selection: images of nested indexes stand in the one index", "[pipeline]") {
  BlobStore store;
  const Descriptor arm64 = store.add_image("arm64");
  const Descriptor inner = store.add_index({{.descriptor = arm64, .platform = Platform{"linux", "arm64"}}});
  const Descriptor root = store.add_index(
      {{.descriptor = inner}, {.descriptor = store.add_image("amd64"), .platform = Platform{"linux", "amd64"}}});
  MemoryBlobOutput output;

  select(store, root, {{"linux", "arm64"}}, output);

  CHECK(output.documents == std::vector{arm64.digest});
  CHECK(output.root->bytes.find(inner.digest.str()) == std::string::npos);
}

TEST_CASE("index selection: a platform that is not there is refused with what there is", "[pipeline]") {
  BlobStore store;
  const Descriptor root = add_usual_index(store);
  MemoryBlobOutput output;

  const Error error = error_of([&] { select(store, root, {{"linux", "amd64"}, {"linux", "s390x"}}, output); });

  CHECK(error.code() == Errc::not_found);
  CHECK(error.side() == Side::input);
  CHECK(std::string(error.what()) ==
        "input: memory: no image for this platform: expected linux/s390x, found linux/amd64, linux/arm64/v8");
  CHECK_FALSE(output.root);
}

TEST_CASE("index selection: a manifest has no platforms to choose from", "[pipeline]") {
  BlobStore store;
  MemoryBlobOutput output;

  const Error error = error_of([&] { select(store, store.add_image("image"), {{"linux", "amd64"}}, output); });

  CHECK(error.code() == Errc::unsupported);
  CHECK(error.detail().found == "an image manifest");
}

TEST_CASE("index selection: nesting and the number of entries have caps, wherever they stand", "[pipeline]") {
  BlobStore store;
  Descriptor root = store.add_image("image");
  for (int i = 0; i < 6; ++i)
    root = store.add_index({{.descriptor = root}, {.descriptor = root, .platform = Platform{"linux", "amd64"}}});
  MemoryBlobInput input(store, root);
  MemoryBlobOutput output;
  IndexCopyOptions options{.platforms = {{"linux", "amd64"}}};

  SECTION("nesting") { options.limits.json_depth = 5; }
  SECTION("entries") { options.limits.images = 4; }

  CHECK(error_of([&] { (void)copy_index(input, output, options); }).code() == Errc::limit);
  CHECK(input.asked.size() <= 5);
}
