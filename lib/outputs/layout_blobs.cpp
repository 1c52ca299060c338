#include "occy/outputs/layout_blobs.hpp"

#include <mutex>
#include <utility>

#include "io/beneath.hpp"
#include "io/digest_of.hpp"
#include "occy/error.hpp"
#include "outputs/layer_jobs.hpp"
#include "outputs/layout_blobs_verify.hpp"
#include "outputs/layout_documents.hpp"
#include "outputs/store.hpp"

namespace occy {
namespace {

/// Writes one blob into a file of the store.
class LayoutBlobSink final : public BlobSink {
 public:
  LayoutBlobSink(outputs::Store& store, std::string name)
      : store_(store), name_(std::move(name)), file_(store.new_file()) {}

  void write(Block bytes) override { file_->write(bytes); }
  void commit() override { store_.keep(*file_, name_); }

 private:
  outputs::Store& store_;
  std::string name_;
  std::unique_ptr<outputs::StoreFile> file_;
};

}  // namespace

struct LayoutBlobOutput::State {
  std::filesystem::path path;
  LayoutWriterOptions options;
  std::unique_ptr<outputs::Store> store = {};
  outputs::WrittenIndex written = {.entry = {.manifest = {{}, Digest(Digest::Bytes{}), 0}}};
  enum class Stage { writing, published } stage = Stage::writing;
  std::mutex mutex = {};  // guards what the store relies on

  void open(const std::vector<Reference>& references) {
    auto& names = written.entry.names;
    names =
        options.tag.empty() ? outputs::index_names(references) : std::vector<tar::IndexName>{{.ref_name = options.tag}};
    store = std::make_unique<outputs::Store>(
        path, [this](const io::File& directory) { outputs::require_layout(directory, options.limits); }, options.stop);
    // Finds before a blob is read what would fail at the end.
    if (store->existing() != nullptr)
      static_cast<void>(outputs::index_with(written.entry, *store->existing(), options.limits));
  }

  bool prove(const Descriptor& blob) {
    const io::File* layout = store->existing();
    const std::string name = tar::blob_name(blob.digest);
    const auto stamp = layout == nullptr ? std::nullopt : io::stamp_beneath(*layout, name);
    if (!stamp || stamp->size != blob.size) return false;
    const io::File file = io::open_beneath(*layout, name, Side::output);
    const io::FileStamp before = file.stamp();
    if (io::digest_of(file, options.stop) != blob.digest || file.stamp() != before) return false;
    const std::scoped_lock lock(mutex);
    store->rely_on(name, before, [digest = blob.digest, stop = options.stop](const io::File& now) {
      return io::digest_of(now, stop) == digest;
    });
    return true;
  }
};

LayoutBlobOutput::LayoutBlobOutput(std::filesystem::path path, LayoutWriterOptions options)
    : state_(new State{.path = std::move(path), .options = std::move(options)}) {}

LayoutBlobOutput::~LayoutBlobOutput() = default;

void LayoutBlobOutput::begin(const std::vector<Reference>& references, const std::vector<Descriptor>& blobs) {
  state_->written.blobs = blobs;
  state_->open(references);
}

bool LayoutBlobOutput::has_blob(const Descriptor& descriptor) { return state_->prove(descriptor); }

std::unique_ptr<BlobSink> LayoutBlobOutput::put_blob(const Descriptor& descriptor) {
  return std::make_unique<LayoutBlobSink>(*state_->store, tar::blob_name(descriptor.digest));
}

void LayoutBlobOutput::put_document(const ImageManifest& document) {
  state_->store->keep(tar::blob_name(document.digest), document.bytes);
  state_->written.documents.push_back(outputs::descriptor_of_document(document));
}

void LayoutBlobOutput::finalize(const ImageManifest& root) {
  const auto store = std::move(state_->store);  // whatever happens: afterwards nothing temporary is left
  auto& entry = state_->written.entry;
  entry.manifest = outputs::descriptor_of_document(root);
  store->keep(tar::blob_name(root.digest), root.bytes);
  auto published = store->publish(
      [&](const io::File* layout) { return outputs::documents_with(entry, layout, state_->options.limits); });
  entry.index = std::move(published.back());
  state_->stage = State::Stage::published;
}

CheckResults LayoutBlobOutput::verify(VerifyLevel level) {
  if (state_->stage != State::Stage::published) {
    CheckResults results;
    results.error("verify.layout", state_->path.string(), "the layout was not published");
    return results;
  }
  const auto& options = state_->options;
  return outputs::verify_layout_blobs(state_->path, state_->written,
                                      {.level = level,
                                       .jobs = outputs::job_count(options.verify_jobs),
                                       .limits = options.limits,
                                       .stop = options.stop});
}

}  // namespace occy
