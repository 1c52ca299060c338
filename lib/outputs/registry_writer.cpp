#include <limits>
#include <map>
#include <set>
#include <utility>

#include "codec/packing_threads.hpp"
#include "occy/error.hpp"
#include "occy/outputs/registry.hpp"
#include "outputs/layer_cache.hpp"
#include "outputs/layer_jobs.hpp"
#include "outputs/layer_ledger.hpp"
#include "outputs/registry_blobs.hpp"
#include "outputs/registry_findings.hpp"
#include "outputs/registry_manifest.hpp"
#include "outputs/registry_sinks.hpp"
#include "outputs/registry_verify.hpp"

namespace occy {
namespace {

using Announcement = std::shared_ptr<registry::BlobPlaces::Arrival>;

/// As the source has it; else it is packed on its way.
bool goes_as_it_is(const LayerInfo& layer, Compression wanted) {
  return layer.stored || layer.compression != Compression::none || wanted == Compression::none;
}

/// Of a layer that goes as it is, as far as the source says.
std::optional<LayerRecord> promised(const LayerInfo& layer) {
  if (!layer.diff_id || !layer.stored) return std::nullopt;
  return LayerRecord{.diff_id = *layer.diff_id,
                     .size = layer.size.value_or(0),
                     .stored = StoredBlob{
                         .compression = layer.compression, .digest = layer.stored->digest, .size = layer.stored->size}};
}

std::vector<LayerInfo> distinct_layers(const ImageDescription& image) {
  std::vector<LayerInfo> once;
  std::set<Digest> seen;
  for (const LayerInfo& layer : image.layers.value_or(std::vector<LayerInfo>{}))
    if (layer.diff_id && seen.insert(*layer.diff_id).second) once.push_back(layer);
  return once;
}

}  // namespace

struct RegistryWriter::State {
  State(RegistryPlace wanted_place, RegistrySession wanted_session, RegistryWriterOptions wanted_options)
      : place(std::move(wanted_place)),
        session(std::move(wanted_session)),
        options(std::move(wanted_options)),
        threads(outputs::job_count(options.jobs)) {}

  void open(const ImageDescription& image) {
    blobs.emplace(session, place);
    require_reachable_name(image.manifest);
    manifest.emplace(image, options, blobs->repository().name());
    cache.emplace(options.layer_cache);
    const auto layers = distinct_layers(image);
    // Finds before a layer is read whether the registry answers, and knows who is asking.
    if (layers.empty()) static_cast<void>(blobs->repository().find_manifest(reference()));
    outputs::for_each(layers.size(), outputs::job_count(options.jobs),
                      [&](std::size_t i) { static_cast<void>(has_layer(layers[i])); });
    for (const LayerInfo& layer : layers) asked.insert(*layer.diff_id);
  }

  [[nodiscard]] std::string reference() {
    return place.image.tag.empty() ? blobs->repository().reference() : place.image.tag;
  }

  /// A digest is no name that an image can be given: it has it, or not.
  void require_reachable_name(const std::optional<ImageManifest>& of_source) {
    if (!place.image.digest || !place.image.tag.empty()) return;
    if (!of_source || of_source->digest != *place.image.digest)
      refuse_digest(of_source ? of_source->digest.str() : "a source that does not tell its manifest's digest");
  }

  [[noreturn]] void refuse_digest(std::string found) {
    throw Error(Errc::digest_mismatch, Side::output,
                {.subject = blobs->repository().name(),
                 .what = "the image would not have the digest that the destination names",
                 .expected = place.image.digest->str(),
                 .found = std::move(found),
                 .hint = "name a tag: registry://HOST/NAME:TAG"});
  }

  /// Whether the layer needs no sending. Safe for several threads at once.
  bool has_layer(const LayerInfo& layer) {
    auto record = goes_as_it_is(layer, options.compression)
                      ? promised(layer)
                      : cache->find({.source_diff_id = *layer.diff_id, .compression = options.compression});
    return record && takes(*record);
  }

  /// Whether the blob of a layer is there, and one that the manifest can name.
  bool takes(const LayerRecord& record) {
    const StoredBlob blob = outputs::stored_blob(record);
    if (!manifest->can_say(blob.compression) || !blobs->has(blob.digest, blob.size)) return false;
    ledger.add(LayerInfo{}, record);
    return true;
  }

  /// Asked once, and again when the session has learnt of the blob since.
  bool wants(const LayerInfo& layer) {
    if (!ledger.wants(layer)) return false;
    if (!layer.diff_id) return true;
    const bool is_new = asked.insert(*layer.diff_id).second;
    const bool is_known = layer.stored && blobs->is_known(layer.stored->digest);
    const bool wanted = (!is_new && !is_known) || !has_layer(layer);
    if (!wanted && layer.stored) announced.erase(layer.stored->digest);
    return wanted;
  }

  /// Who finds nobody bringing the blob, brings it.
  Await wait_for(const LayerInfo& layer) {
    if (!layer.stored || !ledger.wants(layer)) return {};
    const Digest digest = layer.stored->digest;
    if (auto arrival = blobs->announce(digest)) {
      announced.emplace(digest, std::move(arrival));
      return {};
    }
    return [this, digest](const std::stop_token& stop) { blobs->wait(digest, stop); };
  }

  [[nodiscard]] Announcement take_announcement(const LayerInfo& layer) {
    if (!layer.stored) return nullptr;
    const auto found = announced.find(layer.stored->digest);
    return found == announced.end() ? nullptr : announced.extract(found).mapped();
  }

  std::unique_ptr<LayerSink> new_sink(const LayerInfo& layer) {
    manifest->require_sayable(layer.compression);
    ledger.open(layer);
    // The announcement lives as long as the sink.
    const auto dropped = [this, layer, announcement = take_announcement(layer)] { ledger.drop(layer); };
    if (goes_as_it_is(layer, options.compression))
      return std::make_unique<outputs::StoredLayerSink>(
          blobs->begin_upload(),
          outputs::LayerFate{.sent = [this, layer](const LayerRecord& record) { settle(layer, record); },
                             .dropped = dropped});
    const auto sent = [this, layer](const LayerRecord& record) {
      settle(layer, record);
      cache->remember({.source_diff_id = record.diff_id, .compression = options.compression}, record);
    };
    return std::make_unique<outputs::PackedLayerSink>(blobs->begin_upload(), options.compression, threads,
                                                      outputs::LayerFate{.sent = sent, .dropped = dropped});
  }

  void settle(const LayerInfo& layer, const LayerRecord& record) {
    blobs->note(outputs::stored_blob(record).digest);
    ledger.add(layer, record);
  }

  [[nodiscard]] outputs::LayerRecipe recipe_of(const FilteredLayer& layer) const {
    return {.source_diff_id = layer.source_diff_id, .filters = layer.filters, .compression = options.compression};
  }

  void complete(const ImageConfig& config) {
    auto layers = ledger.layers_of(config, blobs->repository().name());
    auto document = manifest->make(config, layers, session.options().limits);
    if (place.image.digest && *place.image.digest != document.digest) refuse_digest(document.digest.str());
    blobs->put(config.digest(), config.bytes());
    pushed =
        outputs::PushedImage{.manifest = std::move(document),
                             .config = {.media_type = {}, .digest = config.digest(), .size = config.bytes().size()},
                             .layers = std::move(layers)};
  }

  /// Whether the name leads there already.
  [[nodiscard]] bool is_named() {
    const auto there = blobs->repository().find_manifest(reference());
    return there && there->digest == pushed->manifest.digest && there->media_type == pushed->manifest.media_type;
  }

  RegistryPlace place;
  RegistrySession session;
  RegistryWriterOptions options;
  codec::PackingThreads threads;
  outputs::LayerLedger ledger = {};
  std::set<Digest> asked = {};
  std::map<Digest, Announcement> announced = {};
  std::optional<outputs::RegistryBlobs> blobs = {};
  std::optional<outputs::ManifestChoice> manifest = {};
  std::optional<outputs::LayerCache> cache = {};
  std::optional<outputs::PushedImage> pushed = {};
  enum class Stage { writing, published } stage = Stage::writing;
};

RegistryWriter::RegistryWriter(RegistryPlace place, RegistrySession session, RegistryWriterOptions options)
    : state_(std::make_unique<State>(std::move(place), std::move(session), std::move(options))) {}

RegistryWriter::~RegistryWriter() = default;

void RegistryWriter::begin(const ImageDescription& image) { state_->open(image); }

LayerForm RegistryWriter::layer_form() const noexcept { return LayerForm::blob; }

ImageOutput::Await RegistryWriter::awaited(const LayerInfo& layer) { return state_->wait_for(layer); }

unsigned RegistryWriter::max_open_layers() const noexcept { return std::numeric_limits<unsigned>::max(); }

bool RegistryWriter::want_layer(const LayerInfo& layer) { return state_->wants(layer); }

std::unique_ptr<LayerSink> RegistryWriter::put_layer(const LayerInfo& layer) { return state_->new_sink(layer); }

std::optional<LayerRecord> RegistryWriter::recall_layer(const FilteredLayer& layer) {
  auto record = state_->cache->find(state_->recipe_of(layer));
  return record && state_->takes(*record) ? record : std::nullopt;
}

void RegistryWriter::remember_layer(const FilteredLayer& layer, const LayerRecord& record) {
  if (const auto sent = state_->ledger.find(record.diff_id)) state_->cache->remember(state_->recipe_of(layer), *sent);
}

void RegistryWriter::put_config(const ImageConfig& config) { state_->complete(config); }

// The cache first: it is true whatever becomes of the manifest, and an image that is published has not failed.
void RegistryWriter::finalize() {
  State& state = *state_;
  if (!state.pushed)
    throw Error(Errc::unsupported, Side::output,
                {.subject = state.place.image.str(), .what = "nothing to publish: the config was not written"});
  state.cache->save(state.session.options().stop);
  if (!state.is_named()) state.blobs->repository().put_manifest(state.reference(), state.pushed->manifest);
  state.stage = State::Stage::published;
}

CheckResults RegistryWriter::verify(VerifyLevel level) {
  State& state = *state_;
  if (state.stage != State::Stage::published) {
    CheckResults results;
    results.error("verify.manifest", state.place.image.str(), "the image was not published");
    return results;
  }
  const RegistryOptions& options = state.session.options();
  return outputs::verify_anew(state.session, state.place, [&](registry::Repository& repository) {
    return outputs::verify_in_registry(repository, state.reference(), *state.pushed,
                                       {.level = level,
                                        .jobs = outputs::job_count(state.options.jobs),
                                        .limits = options.limits,
                                        .stop = options.stop});
  });
}

}  // namespace occy
