#include "occy/index_copy.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "occy/error.hpp"
#include "pipeline/crew.hpp"
#include "pipeline/index_selection.hpp"
#include "pipeline/index_walk.hpp"
#include "pipeline/outcome.hpp"
#include "pipeline/pump.hpp"

namespace occy {
namespace {

// A processor can serve many transfers that wait for a network.
constexpr unsigned kLeastJobs = 4;

// How often a blob is sent that the destination loses on its way.
constexpr unsigned kMostTries = 5;

unsigned blob_jobs(unsigned asked) {
  return asked != 0 ? asked : std::max(std::thread::hardware_concurrency(), kLeastJobs);
}

class IndexCopy {
 public:
  IndexCopy(BlobInput& input, BlobOutput& output, const IndexCopyOptions& options)
      : input_(input), output_(output), options_(options) {}

  IndexCopyReport run() {
    const ImageManifest root = choose_root();
    report_.root = root.digest;
    const auto contents = pipeline::walk_index(input_, root, options_.limits, options_.stop);
    report_.manifests = contents.manifests;
    output_.begin(input_.references(), contents.blobs);
    report_.times.layers = timed(Stage::layers, [&] { copy_blobs(contents.blobs); });
    report_.times.finalizing = timed(Stage::finalizing, [&] { publish(contents, root); });
    if (options_.verify)
      report_.times.verifying =
          timed(Stage::verifying, [&] { report_.verification = output_.verify(*options_.verify); });
    return std::move(report_);
  }

 private:
  ImageManifest choose_root() {
    return options_.platforms.empty() ? input_.root()
                                      : pipeline::select_platforms(input_, options_.platforms, options_.limits);
  }

  void copy_blobs(const std::vector<Descriptor>& blobs) {
    const auto workers = static_cast<unsigned>(std::min<std::size_t>(blob_jobs(options_.jobs), blobs.size()));
    if (workers == 0) return;
    std::size_t next = 0;
    pipeline::run_crew(workers, options_.stop, [&](const std::stop_token& stop) {
      for (auto index = take(next, blobs.size()); index < blobs.size(); index = take(next, blobs.size()))
        copy_blob(blobs[index], stop);
    });
  }

  std::size_t take(std::size_t& next, std::size_t end) {
    const std::scoped_lock lock(mutex_);
    return next == end ? end : next++;
  }

  void copy_blob(const Descriptor& blob, const std::stop_token& stop) {
    pipeline::require_running(stop);
    if (output_.has_blob(blob)) return count_known(blob);
    for (unsigned tries = 1; !try_to_move(blob, stop, tries);) ++tries;
    count_moved(blob);
  }

  /// False: the destination lost the blob on its way.
  bool try_to_move(const Descriptor& blob, const std::stop_token& stop, unsigned tries) {
    try {
      // First the sink: it takes over what has_blob() promised to others, who must not wait for a blob that cannot be
      // opened.
      const auto sink = output_.put_blob(blob);
      const auto source = input_.blob(blob);
      move_proved(*source, *sink, blob, stop);
      sink->commit();
      return true;
    } catch (const Error& error) {
      if (error.code() != Errc::interrupted || tries == kMostTries) throw;
      return false;
    }
  }

  void move_proved(BlockSource& source, BlobSink& sink, const Descriptor& blob, const std::stop_token& stop) {
    Sha256 hash;
    std::uint64_t size = 0;
    for (Block block = source.next(); !block.empty(); block = source.next()) {
      pipeline::require_running(stop);
      size += block.size();
      if (size > blob.size) refuse(Errc::size_mismatch, blob, std::to_string(blob.size) + " bytes", "more");
      hash.update(block);
      sink.write(block);
    }
    if (size != blob.size)
      refuse(Errc::size_mismatch, blob, std::to_string(blob.size) + " bytes", std::to_string(size));
    if (const Digest found = hash.finish(); found != blob.digest)
      refuse(Errc::digest_mismatch, blob, blob.digest.str(), found.str());
  }

  [[noreturn]] void refuse(Errc code, const Descriptor& blob, std::string expected, std::string found) const {
    throw Error(code, Side::input,
                {.subject = input_.name() + ": " + blob.digest.str(),
                 .what = "the blob is not what its descriptor promises",
                 .expected = std::move(expected),
                 .found = std::move(found)});
  }

  void count_known(const Descriptor& blob) {
    tell([&](IndexCopyObserver& observer) { observer.blob_skipped(blob); });
    const std::scoped_lock lock(mutex_);
    ++report_.known_blobs;
  }

  void count_moved(const Descriptor& blob) {
    tell([&](IndexCopyObserver& observer) { observer.blob_finished(blob); });
    const std::scoped_lock lock(mutex_);
    ++report_.blobs;
    report_.bytes += blob.size;
  }

  void publish(const pipeline::IndexContents& contents, const ImageManifest& root) {
    pipeline::require_running(options_.stop);
    for (const ImageManifest& document : contents.documents) output_.put_document(document);
    output_.finalize(root);
  }

  template <class Work>
  std::chrono::nanoseconds timed(Stage stage, const Work& work) {
    tell([&](IndexCopyObserver& observer) { observer.stage_started(stage); });
    const auto begun = std::chrono::steady_clock::now();
    work();
    return std::chrono::steady_clock::now() - begun;
  }

  template <class Tell>
  void tell(const Tell& tell) {
    const std::scoped_lock lock(mutex_);
    if (options_.observer != nullptr) tell(*options_.observer);
  }

  BlobInput& input_;
  BlobOutput& output_;
  const IndexCopyOptions& options_;
  std::mutex mutex_;  // guards the report, the queue and the observer
  IndexCopyReport report_{.root = Digest(Digest::Bytes{})};
};

}  // namespace

IndexCopyObserver::~IndexCopyObserver() = default;
void IndexCopyObserver::stage_started(Stage) {}
void IndexCopyObserver::blob_finished(const Descriptor&) {}
void IndexCopyObserver::blob_skipped(const Descriptor&) {}

ProcessReport::Outcome IndexCopyReport::outcome() const noexcept { return pipeline::outcome_of(verification); }

IndexCopyReport copy_index(BlobInput& input, BlobOutput& output, const IndexCopyOptions& options) {
  return IndexCopy(input, output, options).run();
}

}  // namespace occy
