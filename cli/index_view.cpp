#include <boost/json.hpp>
#include <string>

#include "progress_view.hpp"
#include "streams.hpp"
#include "text_report.hpp"

namespace occy::cli {
namespace {

// A line for each thing that is done.
class PlainIndexView final : public IndexCopyObserver {
 public:
  void stage_started(Stage stage) override { say(stage_word(stage) + " …\n"); }
  void blob_finished(const Descriptor& blob) override {
    say("blob " + blob.digest.short_hex() + ": " + bytes_text(blob.size) + "\n");
  }
  void blob_skipped(const Descriptor& blob) override { say("blob " + blob.digest.short_hex() + ": already there\n"); }

 private:
  static std::string stage_word(Stage stage) {
    return stage == Stage::layers ? "blobs" : std::string(to_string(stage));
  }
};

// A JSON object a line.
class JsonIndexView final : public IndexCopyObserver {
 public:
  void stage_started(Stage stage) override {
    tell({{"event", "stage"}, {"stage", boost::json::string(to_string(stage))}});
  }
  void blob_finished(const Descriptor& blob) override {
    tell({{"event", "blob-finished"}, {"digest", blob.digest.str()}, {"size", blob.size}});
  }
  void blob_skipped(const Descriptor& blob) override {
    tell({{"event", "blob-skipped"}, {"digest", blob.digest.str()}});
  }

 private:
  static void tell(const boost::json::value& event) { say(boost::json::serialize(event) + "\n"); }
};

}  // namespace

std::unique_ptr<IndexCopyObserver> make_index_view(const Settings& settings) {
  if (settings.voice == Settings::Voice::quiet || settings.progress == ProgressStyle::none) return nullptr;
  if (settings.progress == ProgressStyle::json) return std::make_unique<JsonIndexView>();
  return std::make_unique<PlainIndexView>();
}

}  // namespace occy::cli
