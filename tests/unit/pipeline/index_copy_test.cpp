#include "occy/index_copy.hpp"

#include <algorithm>
#include <atomic>

#include "support/blob_store.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"

using namespace occy;
using namespace occy::test;

namespace {

/// The store with what one image of an index is replaced by.
struct Scene {
  BlobStore store;
  Descriptor root = add_usual_index(store);

  [[nodiscard]] Error refusal(const IndexCopyOptions& options = {}) const {
    MemoryBlobInput input(store, root);
    MemoryBlobOutput output;
    const Error error = error_of([&] { (void)copy_index(input, output, options); });
    CHECK_FALSE(output.root);
    return error;
  }
};

class Notes final : public IndexCopyObserver {
 public:
  void stage_started(Stage stage) override { stages.emplace_back(to_string(stage)); }
  void blob_finished(const Descriptor&) override { ++finished; }
  void blob_skipped(const Descriptor&) override { ++skipped; }

  std::vector<std::string> stages;
  int finished = 0;
  int skipped = 0;
};

/// Knows the blobs that has_blob() made others wait for, and put_blob() has not taken over.
class PromisingOutput final : public BlobOutput {
 public:
  void begin(const std::vector<Reference>&, const std::vector<Descriptor>&) override {}
  bool has_blob(const Descriptor&) override { return ++promised, false; }
  std::unique_ptr<BlobSink> put_blob(const Descriptor& descriptor) override {
    --promised;
    return inner_.put_blob(descriptor);
  }
  void put_document(const ImageManifest&) override {}
  void finalize(const ImageManifest&) override {}
  CheckResults verify(VerifyLevel) override { return CheckResults{}; }

  std::atomic<int> promised = 0;

 private:
  MemoryBlobOutput inner_;
};

}  // namespace

TEST_CASE("index copy: everything below the index arrives, byte for byte, and is asked for once", "[pipeline]") {
  const Scene scene;
  MemoryBlobInput input(scene.store, scene.root);
  MemoryBlobOutput output;
  const unsigned jobs = GENERATE(1U, 4U);

  const IndexCopyReport report = copy_index(input, output, {.verify = VerifyLevel::full, .jobs = jobs});

  CHECK(output.store.blobs == scene.store.blobs);
  CHECK(output.root->digest == scene.root.digest);
  CHECK(output.root->media_type == scene.root.media_type);
  CHECK(std::all_of(input.asked.begin(), input.asked.end(), [](const auto& count) { return count.second == 1; }));
  CHECK(report.root == scene.root.digest);
  CHECK(report.manifests == 4);
  CHECK(report.blobs == 9);  // 4 configs, 3 layers of two images that share one, 2 of attestations
  CHECK(report.known_blobs == 0);
  CHECK(report.outcome() == ProcessReport::Outcome::verified);
  CHECK(output.verified == VerifyLevel::full);
}

TEST_CASE("index copy: what a nested index names comes before it, and the root last", "[pipeline]") {
  BlobStore store;
  const Descriptor image = store.add_image("image");
  const Descriptor inner = store.add_index({{.descriptor = image}});
  const Descriptor middle = store.add_index({{.descriptor = inner}, {.descriptor = image}});
  const Descriptor root = store.add_index({{.descriptor = middle}});
  MemoryBlobInput input(store, root);
  MemoryBlobOutput output;

  const IndexCopyReport report = copy_index(input, output);

  CHECK(output.documents == std::vector{image.digest, inner.digest, middle.digest});
  CHECK(report.manifests == 1);
  CHECK(output.store.blobs == store.blobs);
}

TEST_CASE("index copy: a root that is a manifest is copied alike", "[pipeline]") {
  BlobStore store;
  const Descriptor root = store.add_image("image");
  MemoryBlobInput input(store, root);
  MemoryBlobOutput output;

  CHECK(copy_index(input, output).manifests == 1);

  CHECK(output.documents.empty());
  CHECK(output.store.blobs == store.blobs);
}

TEST_CASE("index copy: blobs that are there are not read", "[pipeline]") {
  const Scene scene;
  MemoryBlobInput input(scene.store, scene.root);
  MemoryBlobOutput output;
  output.store = scene.store;
  Notes notes;

  const IndexCopyReport report = copy_index(input, output, {.verify = std::nullopt, .observer = &notes});

  CHECK(input.asked.size() == 4);  // the manifests
  CHECK(report.blobs == 0);
  CHECK(report.bytes == 0);
  CHECK(report.known_blobs == 9);
  CHECK(notes.skipped == 9);
  CHECK(notes.finished == 0);
  CHECK(notes.stages == std::vector<std::string>{"layers", "finalizing"});
  CHECK(report.outcome() == ProcessReport::Outcome::not_asked);
}

TEST_CASE("index copy: a blob that is not what its descriptor promises is named, and nothing gets the name",
          "[pipeline]") {
  Scene scene;
  const Digest layer = sha256("provenance of amd64 layer 0");
  std::string& bytes = scene.store.blobs.at(layer);

  SECTION("other bytes") {
    bytes[3] ^= 1;
    const Error error = scene.refusal();
    CHECK(error.code() == Errc::digest_mismatch);
    CHECK_THAT(error.what(), contains_text("memory: " + layer.str()));
    CHECK_THAT(error.what(), contains_text("found " + sha256(bytes).str()));
  }
  SECTION("too short") {
    bytes.pop_back();
    CHECK(scene.refusal().code() == Errc::size_mismatch);
  }
  SECTION("too long") {
    bytes += "x";
    CHECK(scene.refusal().detail().found == "more");
  }
  SECTION("missing") {
    scene.store.blobs.erase(layer);
    CHECK(scene.refusal().code() == Errc::not_found);
  }
}

TEST_CASE("index copy: nobody waits for a blob that cannot be opened", "[pipeline]") {
  Scene scene;
  scene.store.blobs.erase(sha256("provenance of amd64 layer 0"));
  MemoryBlobInput input(scene.store, scene.root);
  PromisingOutput output;

  CHECK(error_of([&] { (void)copy_index(input, output, {.jobs = 1}); }).code() == Errc::not_found);

  CHECK(output.promised == 0);
}

TEST_CASE("index copy: a document that is not what its descriptor promises is refused before a blob moves",
          "[pipeline]") {
  BlobStore store;
  const Descriptor image = store.add_image("image");
  Descriptor promised = image;

  SECTION("an index that an index names under a digest of its own cannot name itself") {
    store.blobs[image.digest] = store.blobs.at(store.add_index({{.descriptor = image}}).digest);
    promised.size = store.blobs[image.digest].size();
    MemoryBlobInput input(store, store.add_index({{.descriptor = promised}}));
    MemoryBlobOutput output;
    CHECK(error_of([&] { (void)copy_index(input, output); }).code() == Errc::digest_mismatch);
    CHECK(output.store.blobs.empty());
  }
  SECTION("another size") {
    ++promised.size;
    MemoryBlobInput input(store, store.add_index({{.descriptor = promised}}));
    MemoryBlobOutput output;
    CHECK(error_of([&] { (void)copy_index(input, output); }).code() == Errc::size_mismatch);
  }
  SECTION("no document") {
    const Descriptor text = store.add("no JSON", image.media_type);
    MemoryBlobInput input(store, store.add_index({{.descriptor = text}}));
    MemoryBlobOutput output;
    const Error error = error_of([&] { (void)copy_index(input, output); });
    CHECK(error.code() == Errc::bad_document);
    CHECK(error.detail().subject == "memory: " + text.digest.str());
  }
  SECTION("something that is no image") {
    promised.media_type = "application/vnd.helm.chart";
    MemoryBlobInput input(store, store.add_index({{.descriptor = promised}}));
    MemoryBlobOutput output;
    const Error error = error_of([&] { (void)copy_index(input, output); });
    CHECK(error.code() == Errc::unsupported);
    CHECK(error.detail().found == "application/vnd.helm.chart");
  }
}

TEST_CASE("index copy: nesting, the number of documents and their size have caps", "[pipeline]") {
  BlobStore store;
  Descriptor root = store.add_image("image");
  for (int i = 0; i < 5; ++i) root = store.add_index({{.descriptor = root}});
  MemoryBlobInput input(store, root);
  MemoryBlobOutput output;
  Limits limits;

  SECTION("nesting") { limits.json_depth = 5; }
  SECTION("documents") { limits.images = 4; }
  SECTION("bytes") { limits.held_document_bytes = 500; }

  CHECK(error_of([&] { (void)copy_index(input, output, {.limits = limits}); }).code() == Errc::limit);
  CHECK_FALSE(output.root);
}

TEST_CASE("index copy: wherever the output fails, nothing gets the name", "[pipeline]") {
  const Scene scene;
  std::size_t broken = 0;
  for (bool failed = true; failed; ++broken) {
    MemoryBlobInput input(scene.store, scene.root);
    FailingCalls calls(broken, Side::output);
    MemoryBlobOutput output(calls);
    try {
      (void)copy_index(input, output, {.jobs = 2});
    } catch (const Error& error) {
      CHECK(error.side() == Side::output);
      CHECK_FALSE(output.root);
    }
    failed = calls.failed();
    CHECK(output.root.has_value() != failed);
  }
  CHECK(broken > 20);
}

TEST_CASE("index copy: a stop request ends it", "[pipeline]") {
  std::stop_source stop;
  stop.request_stop();

  CHECK(Scene().refusal({.stop = stop.get_token()}).code() == Errc::cancelled);
}
