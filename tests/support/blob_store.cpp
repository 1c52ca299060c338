#include "support/blob_store.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <utility>

#include "support/image_builder.hpp"
#include "support/memory_source.hpp"
#include "support/packed.hpp"
#include "support/temp_dir.hpp"

namespace occy::test {
namespace {

namespace bj = boost::json;

constexpr const char* kManifestType = "application/vnd.oci.image.manifest.v1+json";
constexpr const char* kIndexType = "application/vnd.oci.image.index.v1+json";

bj::object to_json(const Descriptor& descriptor) {
  return {{"mediaType", descriptor.media_type}, {"digest", descriptor.digest.str()}, {"size", descriptor.size}};
}

bj::object to_json(const Platform& platform) {
  bj::object object = {{"architecture", platform.architecture}, {"os", platform.os}};
  if (!platform.variant.empty()) object["variant"] = platform.variant;
  return object;
}

bj::object to_json(const StoredEntry& entry) {
  bj::object object = to_json(entry.descriptor);
  if (entry.platform) object["platform"] = to_json(*entry.platform);
  if (entry.about)
    object["annotations"] = {{"vnd.docker.reference.type", "attestation-manifest"},
                             {"vnd.docker.reference.digest", entry.about->str()}};
  return object;
}

Descriptor add_manifest(BlobStore& store, const Descriptor& config, const std::vector<Descriptor>& layers) {
  bj::array list;
  for (const Descriptor& layer : layers) list.emplace_back(to_json(layer));
  const bj::object manifest = {
      {"schemaVersion", 2}, {"mediaType", kManifestType}, {"config", to_json(config)}, {"layers", std::move(list)}};
  return store.add(bj::serialize(manifest), kManifestType);
}

}  // namespace

Descriptor BlobStore::add(std::string bytes, std::string media_type) {
  const Descriptor descriptor{.media_type = std::move(media_type), .digest = sha256(bytes), .size = bytes.size()};
  blobs.insert_or_assign(descriptor.digest, std::move(bytes));
  return descriptor;
}

Descriptor BlobStore::add_image(const std::string& seed, std::size_t layers) {
  std::vector<Descriptor> list;
  for (std::size_t i = 0; i < layers; ++i)
    list.push_back(add(seed + " layer " + std::to_string(i), "application/vnd.oci.image.layer.v1.tar"));
  return add_manifest(*this, add(seed + " config", "application/vnd.oci.image.config.v1+json"), list);
}

Descriptor BlobStore::add_whole_image(std::uint32_t seed) {
  const TestImage image = make_image({random_layer(seed, 3000), random_layer(seed + 1, 3000)});
  std::vector<Descriptor> list;
  for (const std::string& layer : image.layers)
    list.push_back(add(pack(layer, Compression::gzip), "application/vnd.oci.image.layer.v1.tar+gzip"));
  const std::string config(image.config.bytes());
  return add_manifest(*this, add(config, "application/vnd.oci.image.config.v1+json"), list);
}

Descriptor BlobStore::add_index(const std::vector<StoredEntry>& entries) {
  // Not as occy would write it: the bytes must survive, not only what they say.
  std::string list;
  for (const StoredEntry& entry : entries) list += (list.empty() ? "\n  " : ",\n  ") + bj::serialize(to_json(entry));
  const std::string text = std::string("{ \"schemaVersion\": 2,\n \"mediaType\": \"") + kIndexType +
                           "\",\n \"manifests\": [" + list + "\n ],\n \"annotations\": {\"a\": \"b\"} }\n";
  return add(text, kIndexType);
}

ImageManifest BlobStore::document(const Descriptor& descriptor) const {
  return {.media_type = descriptor.media_type, .bytes = blobs.at(descriptor.digest), .digest = descriptor.digest};
}

void BlobStore::write_layout(const std::filesystem::path& path, const Descriptor& root, const std::string& tag) const {
  std::filesystem::create_directories(path / "blobs/sha256");
  for (const auto& [digest, bytes] : blobs) write_file(path / "blobs/sha256" / digest.hex(), bytes);
  bj::object entry = to_json(root);
  if (!tag.empty()) entry["annotations"] = {{"org.opencontainers.image.ref.name", tag}};
  write_file(path / "oci-layout", R"({"imageLayoutVersion":"1.0.0"})");
  write_file(path / "index.json", bj::serialize(bj::object{{"schemaVersion", 2}, {"manifests", bj::array{entry}}}));
}

Descriptor add_usual_index(BlobStore& store) {
  const Descriptor amd64 = store.add_whole_image(1);
  const Descriptor arm64 = store.add_whole_image(2);  // its lower layer is the upper one of amd64
  const Descriptor about_amd64 = store.add_image("provenance of amd64", 1);
  const Descriptor about_arm64 = store.add_image("provenance of arm64", 1);
  return store.add_index({{.descriptor = amd64, .platform = Platform{"linux", "amd64"}},
                          {.descriptor = arm64, .platform = Platform{"linux", "arm64", "v8"}},
                          {.descriptor = about_amd64, .about = amd64.digest},
                          {.descriptor = about_arm64, .about = arm64.digest}});
}

Digest UsualIndex::first_layer() const {
  const auto is_layer = [](const auto& blob) { return blob.second.size() > 2000; };
  return std::find_if(store.blobs.begin(), store.blobs.end(), is_layer)->first;
}

namespace {

class InterruptedSource final : public BlockSource {
 public:
  Block next() override { throw Error(Errc::interrupted, Side::output, {.subject = "", .what = "interrupted"}); }
};

}  // namespace

const std::string& MemoryBlobInput::bytes_of(const Descriptor& descriptor) {
  const std::scoped_lock lock(mutex_);
  ++asked[descriptor.digest];
  const auto found = store_.blobs.find(descriptor.digest);
  if (found == store_.blobs.end())
    throw Error(Errc::not_found, Side::input, {.subject = descriptor.digest.str(), .what = "missing"});
  return found->second;
}

ImageManifest MemoryBlobInput::document(const Descriptor& descriptor) {
  return {.media_type = descriptor.media_type, .bytes = bytes_of(descriptor), .digest = descriptor.digest};
}

bool MemoryBlobInput::interrupts(const Digest& digest) {
  const std::scoped_lock lock(mutex_);
  if (interrupted != digest) return false;
  interrupted.reset();
  return true;
}

std::unique_ptr<BlockSource> MemoryBlobInput::blob(const Descriptor& descriptor) {
  if (interrupts(descriptor.digest)) return std::make_unique<InterruptedSource>();
  return std::make_unique<MemorySource>(bytes_of(descriptor), 1000);
}

class MemoryBlobOutput::Sink final : public BlobSink {
 public:
  Sink(MemoryBlobOutput& output, Digest digest) : output_(output), digest_(digest) {}

  void write(Block bytes) override {
    output_.calls_.count("write");
    bytes_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }

  void commit() override {
    output_.calls_.count("commit");
    const std::scoped_lock lock(output_.mutex_);
    output_.store.blobs.emplace(digest_, std::move(bytes_));
  }

 private:
  MemoryBlobOutput& output_;
  Digest digest_;
  std::string bytes_;
};

bool MemoryBlobOutput::has_blob(const Descriptor& descriptor) {
  calls_.count("has_blob");
  const std::scoped_lock lock(mutex_);
  return store.blobs.contains(descriptor.digest);
}

std::unique_ptr<BlobSink> MemoryBlobOutput::put_blob(const Descriptor& descriptor) {
  calls_.count("put_blob");
  return std::make_unique<Sink>(*this, descriptor.digest);
}

void MemoryBlobOutput::put_document(const ImageManifest& document) {
  calls_.count("put_document");
  store.blobs.emplace(document.digest, document.bytes);
  documents.push_back(document.digest);
}

void MemoryBlobOutput::finalize(const ImageManifest& published) {
  calls_.count("finalize");
  store.blobs.emplace(published.digest, published.bytes);
  root = published;
}

CheckResults MemoryBlobOutput::verify(VerifyLevel level) {
  verified = level;
  CheckResults results;
  results.info("verify.ok", "memory", "all verified");
  return results;
}

}  // namespace occy::test
