#include "inputs/layout_structure.hpp"

#include <utility>

#include "inputs/oci_choice.hpp"
#include "inputs/oci_rules.hpp"
#include "tar/archive_documents.hpp"
#include "tar/oci_document.hpp"
#include "tar/oci_writing.hpp"

namespace occy {
namespace {

// BuildKit nests one index in another; nobody nests deeper.
constexpr int kMostNesting = 4;

/// Applies the rules in the order in which one depends on the other; each writes down its faults and goes on with what
/// there is.
class LayoutExamination {
 public:
  LayoutExamination(const DirectoryMembers& members, const LayoutInputOptions& options)
      : members_(members), options_(options) {}

  DirectoryImage run() {
    if (!look_at_layout()) return std::move(found_);
    const auto root = choose_root();
    const auto manifest = root ? follow(*root) : std::nullopt;
    if (!manifest) return std::move(found_);
    check_manifest(*manifest);
    read_config(*manifest->config);
    find_layers(*manifest);
    return std::move(found_);
  }

 private:
  /// False when it is no layout.
  bool look_at_layout() {
    const auto text = members_.read_document(tar::kLayoutFile, "archive");
    if (!text) return add(no_layout(text.error())), false;
    const auto checked = tar::check_layout_file(*text, members_.limits());
    if (!checked) add_fault("archive", Errc::unsupported, tar::kLayoutFile, tar::located(checked.error()));
    return checked.has_value();
  }

  tar::ArchiveFault no_layout(tar::ArchiveFault fault) const {
    fault.check = "archive";
    fault.detail.subject = members_.name();
    fault.detail.what = "not an OCI layout";
    fault.detail.expected = "a file oci-layout";
    fault.detail.found = "none";
    if (members_.contains(tar::kManifestName) || members_.contains("catalog.json"))
      fault.detail.hint = "it looks like a directory that occy wrote: dir://" + members_.name();
    return fault;
  }

  /// The entry of index.json that is wanted; or the blob itself, when a digest is.
  std::optional<Descriptor> choose_root() {
    if (options_.digest) return descriptor_of_blob(*options_.digest);
    const auto index = read(tar::kIndexFile, std::nullopt);
    if (!index) return std::nullopt;
    const auto named = choose_by_name(index->manifests, {.tag = options_.tag, .image = options_.image});
    if (!named) return refuse_choice(named.error(), "choose one: layout://PATH:TAG, layout://PATH@DIGEST");
    const auto chosen = choose_by_platform(*named, options_.platform);
    if (!chosen) return refuse_choice(chosen.error(), kPlatformHint);
    found_.image.references = references_to(index->manifests, chosen->descriptor.digest);
    return chosen->descriptor;
  }

  std::optional<Descriptor> descriptor_of_blob(const Digest& digest) {
    const auto file = members_.open(tar::blob_name(digest));
    if (!file) return add(file.error()), std::nullopt;
    return Descriptor{.media_type = {}, .digest = digest, .size = file->size()};
  }

  /// Down from index to index to a manifest.
  std::optional<tar::OciDocument> follow(Descriptor descriptor) {
    for (int depth = 0; depth < kMostNesting; ++depth) {
      const std::string name = tar::blob_name(descriptor.digest);
      auto document = read(name, descriptor);
      if (!document) return std::nullopt;
      if (document->config) return document;
      const auto chosen = choose_by_platform(document->manifests, options_.platform);
      if (!chosen) {
        static_cast<void>(refuse_choice(chosen.error(), kPlatformHint));
        return std::nullopt;
      }
      descriptor = chosen->descriptor;
    }
    add_fault("index", Errc::limit, tar::kIndexFile, "indexes nested too deep");
    return std::nullopt;
  }

  /// A document, held against its descriptor. The manifest's bytes are kept.
  std::optional<tar::OciDocument> read(const std::string& name, const std::optional<Descriptor>& promised) {
    auto bytes = members_.read_document(name, "index");
    if (!bytes) return add(bytes.error()), std::nullopt;
    if (promised && !expect_promised(name, *promised, *bytes)) return std::nullopt;
    auto document = tar::parse_oci_document(*bytes, members_.limits());
    if (!document) return add_fault("index", Errc::bad_document, name, tar::located(document.error())), std::nullopt;
    if (!promised && document->config)
      return add_fault("index", Errc::bad_document, name, "expected an image index, found a manifest"), std::nullopt;
    check_document(name, *document, promised);
    if (document->config) keep_manifest(*document, *promised, std::move(*bytes));
    return std::move(*document);
  }

  bool expect_promised(const std::string& name, const Descriptor& promised, const std::string& bytes) {
    if (bytes.size() != promised.size)
      return add_fault("index", Errc::size_mismatch, name, "the blob has another size than its descriptor",
                       std::to_string(promised.size) + " bytes", std::to_string(bytes.size())),
             false;
    const Digest actual = sha256(bytes);
    if (actual != promised.digest)
      add_fault("index", Errc::digest_mismatch, name, "the blob is not what its name promises", promised.digest.str(),
                actual.str());
    return actual == promised.digest;
  }

  void check_document(const std::string& name, const tar::OciDocument& document,
                      const std::optional<Descriptor>& promised) {
    if (document.schema_version != 2)
      add_fault("schema-version", Errc::bad_document, name, "wrong schemaVersion", "2",
                document.schema_version ? std::to_string(*document.schema_version) : "none");
    if (promised && !promised->media_type.empty() && !document.media_type.empty() &&
        promised->media_type != document.media_type)
      add_fault("index", Errc::bad_document, name, "two media types", promised->media_type, document.media_type);
  }

  void keep_manifest(const tar::OciDocument& document, const Descriptor& descriptor, std::string bytes) {
    std::string media_type = descriptor.media_type.empty() ? document.media_type : descriptor.media_type;
    if (media_type.empty()) media_type = tar::kOciManifestType;
    found_.image.manifest =
        ImageManifest{.media_type = std::move(media_type), .bytes = std::move(bytes), .digest = descriptor.digest};
  }

  void check_manifest(const tar::OciDocument& manifest) {
    const std::string subject = members_.subject(tar::blob_name(found_.image.manifest->digest));
    for (auto& fault : find_unknown_media_types(subject, manifest)) add(std::move(fault));
  }

  void read_config(const Descriptor& descriptor) {
    const std::string name = tar::blob_name(descriptor.digest);
    auto bytes = members_.read_document(name, "config");
    if (!bytes) return add(bytes.error());
    if (bytes->size() != descriptor.size)
      add_fault("config-descriptor", Errc::size_mismatch, name, "the config has another size than its descriptor",
                std::to_string(descriptor.size) + " bytes", std::to_string(bytes->size()));
    auto config = tar::read_config(members_.name(), name, std::move(*bytes), members_.limits());
    if (!config) return add(config.error());
    expect_platform(name, config->platform());
    found_.image.config = std::move(*config);
  }

  // The index need not say for which platform an image is; the config does.
  void expect_platform(const std::string& name, const Platform& platform) {
    if (!options_.platform || is_for(platform, *options_.platform)) return;
    add_fault("index", Errc::not_found, name, "the image is for another platform", to_string(*options_.platform),
              tar::shortened(to_string(platform)));
  }

  void find_layers(const tar::OciDocument& manifest) {
    std::vector<NamedLayer> layers;
    for (const Descriptor& layer : manifest.layers)
      layers.push_back({.file = tar::blob_name(layer.digest), .stored = layer});
    if (found_.image.config) {
      const std::string document = members_.subject(tar::blob_name(found_.image.manifest->digest));
      const auto counted = tar::check_layer_count_in(document, layers.size(), *found_.image.config);
      if (!counted) add(counted.error());
    }
    auto found = find_file_layers(members_, layers, found_.image.config);
    for (auto& fault : found.faults) add(std::move(fault));
    found_.image.layers = std::move(found.infos);
    found_.files = std::move(found.files);
    for (const FileLayer& layer : found_.files) check_packing(layer);
  }

  void check_packing(const FileLayer& layer) {
    const auto declared = declared_packing(layer.info.stored->media_type);
    if (!declared || *declared == layer.info.compression) return;
    add(packed_otherwise(members_.subject(layer.file), layer.info.stored->media_type, layer.info.compression));
  }

  std::optional<Descriptor> refuse_choice(const ParseError& error, const char* hint) {
    add({.code = Errc::not_found,
         .check = "index",
         .detail = {.subject = members_.name(), .what = error.message, .hint = hint}});
    return std::nullopt;
  }

  void add_fault(const char* check, Errc code, const std::string& name, std::string what, std::string expected = {},
                 std::string found = {}) {
    add({.code = code,
         .check = check,
         .detail = {.subject = members_.subject(name),
                    .what = std::move(what),
                    .expected = std::move(expected),
                    .found = std::move(found)}});
  }

  void add(tar::ArchiveFault fault) { found_.image.faults.push_back(std::move(fault)); }

  static constexpr const char* kPlatformHint = "choose one: layout://PATH?os=OS&arch=ARCHITECTURE[&variant=VARIANT]";

  const DirectoryMembers& members_;
  const LayoutInputOptions& options_;
  DirectoryImage found_;
};

}  // namespace

DirectoryImage examine_layout(const DirectoryMembers& members, const LayoutInputOptions& options) {
  return LayoutExamination(members, options).run();
}

}  // namespace occy
