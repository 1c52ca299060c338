#include "inputs/registry_structure.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "inputs/foreign_urls.hpp"
#include "inputs/layer_claims.hpp"
#include "inputs/oci_choice.hpp"
#include "inputs/oci_rules.hpp"
#include "model/packing.hpp"
#include "occy/error.hpp"
#include "tar/archive_documents.hpp"

namespace occy {
namespace {

// BuildKit nests one index in another; nobody nests deeper.
constexpr std::size_t kMostIndexes = 4;

/// What is wrong with the image, and not with the way to it.
bool is_about_image(const Error& error) {
  switch (error.code()) {
    case Errc::not_found:
    case Errc::bad_document:
    case Errc::digest_mismatch:
    case Errc::size_mismatch:
    case Errc::unsupported:
    case Errc::limit:
      return true;
    default:
      return false;
  }
}

const char* check_of_config(Errc code) {
  if (code == Errc::digest_mismatch) return "config-digest";
  if (code == Errc::size_mismatch) return "config-descriptor";
  return code == Errc::not_found ? "archive-blob-missing" : "config";
}

/// Applies the rules in the order in which one depends on the other; each writes down its faults and goes on with what
/// there is.
class RegistryExamination {
 public:
  RegistryExamination(registry::Repository& repository, const std::optional<Platform>& platform, const Limits& limits)
      : repository_(repository), platform_(platform), limits_(limits) {}

  RegistryImage run() {
    auto root = fetch(repository_.reference(), "image");
    const auto manifest = root ? follow(std::move(*root)) : std::nullopt;
    if (!manifest) return std::move(found_);
    for (auto& fault : find_unknown_media_types(repository_.name(), *manifest)) add(std::move(fault));
    read_config(*manifest->config);
    find_layers(*manifest);
    return std::move(found_);
  }

 private:
  std::optional<ImageManifest> fetch(std::string_view reference, const char* missing) {
    try {
      return repository_.manifest(reference);
    } catch (const Error& error) {
      if (!is_about_image(error)) throw;
      add({.code = error.code(),
           .check = error.code() == Errc::not_found ? missing : "index",
           .detail = error.detail()});
      return std::nullopt;
    }
  }

  /// Down from index to index to a manifest.
  std::optional<tar::OciDocument> follow(ImageManifest root) {
    std::optional<ImageManifest> current = std::move(root);
    std::set<Digest> seen;
    while (current && is_new(*current, seen)) {
      auto document = tar::parse_oci_document(current->bytes, limits_).value();  // it was accepted as one
      check_document(current->digest, document);
      if (document.config) {
        found_.image.manifest = std::move(*current);
        return document;
      }
      current = choose(document);
    }
    return std::nullopt;
  }

  bool is_new(const ImageManifest& document, std::set<Digest>& seen) {
    const bool inserted = seen.insert(document.digest).second;
    if (!inserted)
      add_fault("index", Errc::bad_document, "an index that names itself");
    else if (seen.size() > kMostIndexes)
      add_fault("index", Errc::limit, "indexes nested too deep");
    return inserted && seen.size() <= kMostIndexes;
  }

  void check_document(const Digest& digest, const tar::OciDocument& document) {
    if (document.schema_version != 2)
      add_fault("schema-version", Errc::bad_document, digest.str() + ": wrong schemaVersion", "2",
                document.schema_version ? std::to_string(*document.schema_version) : "none");
  }

  std::optional<ImageManifest> choose(const tar::OciDocument& index) {
    const auto chosen = choose_by_platform(index.manifests, platform_);
    if (!chosen) {
      add_fault("index", Errc::not_found, chosen.error().message);
      found_.image.faults.back().detail.hint =
          "choose one: registry://HOST/NAME?os=OS&arch=ARCHITECTURE[&variant=VARIANT], or name its digest";
      return std::nullopt;
    }
    const Descriptor& promised = chosen->descriptor;
    auto manifest = fetch(promised.digest.str(), "archive-blob-missing");
    if (manifest) expect_promised(promised, *manifest);
    return manifest;
  }

  void expect_promised(const Descriptor& promised, const ImageManifest& manifest) {
    const std::string subject = promised.digest.str();
    if (manifest.bytes.size() != promised.size)
      add_fault("index", Errc::size_mismatch, subject + ": another size than its descriptor",
                std::to_string(promised.size) + " bytes", std::to_string(manifest.bytes.size()) + " bytes");
    if (!promised.media_type.empty() && promised.media_type != manifest.media_type)
      add_fault("index", Errc::bad_document, subject + ": two media types", tar::shortened(promised.media_type),
                manifest.media_type);
  }

  void read_config(const Descriptor& descriptor) {
    try {
      std::string bytes = repository_.read_blob(descriptor, limits_.document_bytes);
      auto config = tar::read_config(repository_.name(), tar::blob_name(descriptor.digest), std::move(bytes), limits_);
      if (!config) return add(config.error());
      expect_platform(config->platform());
      found_.image.config = std::move(*config);
    } catch (const Error& error) {
      if (!is_about_image(error)) throw;
      add({.code = error.code(), .check = check_of_config(error.code()), .detail = error.detail()});
    }
  }

  // The index need not say for which platform an image is; the config does.
  void expect_platform(const Platform& platform) {
    if (platform_ && !is_for(platform, *platform_))
      add_fault("index", Errc::not_found, "the image is for another platform", to_string(*platform_),
                tar::shortened(to_string(platform)));
  }

  void find_layers(const tar::OciDocument& manifest) {
    if (found_.image.config) {
      const auto counted = tar::check_layer_count_in(repository_.name(), manifest.layers.size(), *found_.image.config);
      if (!counted) add(counted.error());
    }
    const LayerClaims claims(found_.image.config, manifest.layers.size());
    const auto urls = foreign_urls(found_.image.manifest->bytes, limits_);
    std::map<Digest, std::size_t> known;
    for (std::size_t position = 0; position < manifest.layers.size(); ++position) {
      const Descriptor& blob = manifest.layers[position];
      const auto [earlier, is_new] = known.try_emplace(blob.digest, position);
      if (!is_new) {
        list_again(position, found_.image.layers[earlier->second], claims);
        continue;
      }
      LayerInfo info = describe(position, blob, claims);
      found_.layers.push_back({.info = info, .urls = urls.at(position)});
      found_.image.layers.push_back(std::move(info));
    }
  }

  void list_again(std::size_t position, LayerInfo earlier, const LayerClaims& claims) {
    if (auto fault = claims.conflict(position, earlier, earlier.name)) add(std::move(*fault));
    found_.image.layers.push_back(std::move(earlier));
  }

  LayerInfo describe(std::size_t position, const Descriptor& blob, const LayerClaims& claims) {
    LayerInfo info{.stored = blob, .name = repository_.name() + ": " + blob.digest.str()};
    claims.describe(position, info);
    info.compression = packing_of(blob, info.diff_id);
    if (info.compression == Compression::none) info.size = blob.size;
    const auto declared = declared_packing(blob.media_type);
    if (declared && *declared != info.compression) add(packed_otherwise(info.name, blob.media_type, info.compression));
    return info;
  }

  /// A blob that is called as its diff_id is plain, and no other is: digests say more than media types.
  Compression packing_of(const Descriptor& blob, const std::optional<Digest>& diff_id) {
    if (diff_id == blob.digest) return Compression::none;
    const auto declared = declared_packing(blob.media_type);
    return declared && *declared != Compression::none ? *declared : first_bytes_of(blob);
  }

  Compression first_bytes_of(const Descriptor& blob) {
    try {
      const auto source = repository_.open_blob(blob);
      std::string first;
      for (Block block = source->next(); !block.empty() && first.size() < kMagicSize; block = source->next())
        first.append(reinterpret_cast<const char*>(block.data()), std::min(block.size(), kMagicSize));
      return detect_compression(std::as_bytes(std::span(first)));
    } catch (const Error& error) {
      if (!is_about_image(error)) throw;
      return Compression::none;  // whoever reads the layer meets the fault
    }
  }

  void add_fault(const char* check, Errc code, std::string what, std::string expected = {}, std::string found = {}) {
    add({.code = code,
         .check = check,
         .detail = {.subject = repository_.name(),
                    .what = std::move(what),
                    .expected = std::move(expected),
                    .found = std::move(found)}});
  }

  void add(tar::ArchiveFault fault) { found_.image.faults.push_back(std::move(fault)); }

  registry::Repository& repository_;
  const std::optional<Platform>& platform_;
  const Limits& limits_;
  RegistryImage found_;
};

}  // namespace

RegistryImage examine_registry(registry::Repository& repository, const std::optional<Platform>& platform,
                               const Limits& limits) {
  return RegistryExamination(repository, platform, limits).run();
}

std::vector<tar::ArchiveFault> find_missing_layers(registry::Repository& repository,
                                                   const std::vector<RegistryLayer>& layers) {
  std::vector<tar::ArchiveFault> faults;
  for (const RegistryLayer& layer : layers) {
    const auto size = repository.find_blob(layer.info.stored->digest);
    if (size == layer.info.stored->size || (!size && !layer.urls.empty())) continue;
    faults.push_back({.code = size ? Errc::size_mismatch : Errc::not_found,
                      .check = size ? "layer-size" : "archive-blob-missing",
                      .detail = {.subject = layer.info.name,
                                 .what = size ? "the layer has another size than its descriptor" : "no such blob",
                                 .expected = size ? std::to_string(layer.info.stored->size) + " bytes" : "",
                                 .found = size ? std::to_string(*size) + " bytes" : ""}});
  }
  return faults;
}

}  // namespace occy
