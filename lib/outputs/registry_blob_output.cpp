#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "occy/error.hpp"
#include "occy/outputs/registry_blobs.hpp"
#include "outputs/layout_documents.hpp"
#include "outputs/registry_blobs.hpp"
#include "outputs/registry_findings.hpp"
#include "outputs/registry_index_verify.hpp"

namespace occy {
namespace {

// A processor can serve many answers that are waited for.
constexpr unsigned kVerifyJobs = 4;

/// Others who need the blob wait as long as this lives.
using Arrival = std::shared_ptr<registry::BlobPlaces::Arrival>;

/// Sends one blob as it comes.
class RegistryBlobSink final : public BlobSink {
 public:
  RegistryBlobSink(outputs::RegistryBlobs& blobs, Digest digest, Arrival arrival)
      : blobs_(blobs), digest_(digest), arrival_(std::move(arrival)), upload_(blobs.begin_upload()) {}

  void write(Block bytes) override { upload_->write(bytes); }

  void commit() override {
    upload_->commit(digest_);
    blobs_.note(digest_);
  }

 private:
  outputs::RegistryBlobs& blobs_;
  Digest digest_;
  Arrival arrival_;
  std::unique_ptr<registry::BlobUpload> upload_;
};

}  // namespace

struct RegistryBlobOutput::State {
  State(RegistryPlace wanted_place, RegistrySession wanted_session, RegistryBlobOutputOptions wanted_options)
      : place(std::move(wanted_place)), session(std::move(wanted_session)), options(wanted_options) {}

  [[nodiscard]] registry::Repository& repository() { return blobs->repository(); }

  [[nodiscard]] std::string reference() { return place.image.tag.empty() ? repository().reference() : place.image.tag; }

  /// False: this output is the one that brings the blob, of all that share the session.
  bool waits_for(const Digest& digest) {
    Arrival arrival = blobs->announce(digest);
    if (!arrival) {
      blobs->wait(digest, session.options().stop);
      return true;
    }
    const std::scoped_lock lock(mutex);
    arrivals.insert_or_assign(digest, std::move(arrival));
    return false;
  }

  /// Of a blob that was interrupted, a new one: null when another output has begun to bring it meanwhile.
  Arrival take_arrival(const Digest& digest) {
    const std::scoped_lock lock(mutex);
    const auto found = arrivals.find(digest);
    return found == arrivals.end() ? blobs->announce(digest) : arrivals.extract(found).mapped();
  }

  [[nodiscard]] bool is_there(const std::string& name, const ImageManifest& document) {
    const auto found = repository().find_manifest(name);
    return found && found->digest == document.digest && found->media_type == document.media_type;
  }

  void require_digest(const ImageManifest& root) {
    if (!place.image.digest || *place.image.digest == root.digest) return;
    throw Error(Errc::digest_mismatch, Side::output,
                {.subject = repository().name(),
                 .what = "the index does not have the digest that it should be written under",
                 .expected = place.image.digest->str(),
                 .found = root.digest.str(),
                 .hint = "name a tag"});
  }

  RegistryPlace place;
  RegistrySession session;
  RegistryBlobOutputOptions options;
  std::optional<outputs::RegistryBlobs> blobs = {};
  outputs::PushedIndex pushed = {.root = {.media_type = {}, .bytes = {}, .digest = Digest(Digest::Bytes{})}};
  enum class Stage { writing, published } stage = Stage::writing;
  std::mutex mutex = {};  // guards what follows
  std::map<Digest, Arrival> arrivals = {};
};

RegistryBlobOutput::RegistryBlobOutput(RegistryPlace place, RegistrySession session, RegistryBlobOutputOptions options)
    : state_(std::make_unique<State>(std::move(place), std::move(session), options)) {}

RegistryBlobOutput::~RegistryBlobOutput() = default;

void RegistryBlobOutput::begin(const std::vector<Reference>& /*references*/, const std::vector<Descriptor>& blobs) {
  state_->pushed.blobs = blobs;
  state_->blobs.emplace(state_->session, state_->place);
  // Finds before a blob is read whether the registry answers, and knows who is asking.
  static_cast<void>(state_->repository().find_manifest(state_->reference()));
}

bool RegistryBlobOutput::has_blob(const Descriptor& descriptor) {
  while (!state_->blobs->has(descriptor.digest, descriptor.size)) {
    if (state_->session.options().stop.stop_requested() || !state_->waits_for(descriptor.digest)) return false;
  }
  return true;
}

std::unique_ptr<BlobSink> RegistryBlobOutput::put_blob(const Descriptor& descriptor) {
  return std::make_unique<RegistryBlobSink>(*state_->blobs, descriptor.digest, state_->take_arrival(descriptor.digest));
}

void RegistryBlobOutput::put_document(const ImageManifest& document) {
  const std::string digest = document.digest.str();
  if (!state_->is_there(digest, document)) state_->repository().put_manifest(digest, document);
  state_->pushed.documents.push_back(outputs::descriptor_of_document(document));
}

void RegistryBlobOutput::finalize(const ImageManifest& root) {
  state_->require_digest(root);
  const std::string reference = state_->reference();
  if (!state_->is_there(reference, root)) state_->repository().put_manifest(reference, root);
  state_->pushed.root = root;
  state_->stage = State::Stage::published;
}

CheckResults RegistryBlobOutput::verify(VerifyLevel level) {
  State& state = *state_;
  if (state.stage != State::Stage::published) {
    CheckResults results;
    results.error("verify.manifest", state.place.image.str(), "the index was not published");
    return results;
  }
  const RegistryOptions& options = state.session.options();
  return outputs::verify_anew(state.session, state.place, [&](registry::Repository& repository) {
    return outputs::verify_index_in_registry(
        repository, state.reference(), state.pushed,
        {.level = level,
         .jobs = state.options.verify_jobs != 0 ? state.options.verify_jobs : kVerifyJobs,
         .limits = options.limits,
         .stop = options.stop});
  });
}

}  // namespace occy
