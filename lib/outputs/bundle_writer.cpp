#include "occy/outputs/bundle.hpp"

#include <unistd.h>

#include <utility>

#include "outputs/expansion.hpp"
#include "outputs/runtime_spec.hpp"
#include "tree/read_below.hpp"

namespace occy {
namespace {

outputs::ImageUser user_in(const tree::RootDirectory& root, const std::string& user, const Limits& limits) {
  const auto read = [&](const char* path) {
    return tree::read_below(root, path, limits.document_bytes).value_or(std::string());
  };
  return outputs::find_user(user, read("etc/passwd"), read("etc/group"));
}

outputs::Starter starter() { return ::geteuid() == 0 ? outputs::Starter::root : outputs::Starter::ordinary_user; }

}  // namespace

struct BundleWriter::State {
  outputs::Unpacking unpacking;

  // A runtime starts nothing without an argument.
  void name_a_command(outputs::RunConfig& run) {
    if (!run.args.empty()) return;
    run.args = {"sh"};
    unpacking.add_remark("bundle.args", "the image names no command: process.args is sh");
  }

  // One id can be mapped without root: the caller's.
  void map_user(outputs::ImageUser& user) {
    if (starter() == outputs::Starter::root || (user.uid == 0 && user.gid == 0 && user.additional_gids.empty())) return;
    unpacking.add_remark("bundle.user", "the image's user " + std::to_string(user.uid) + ":" +
                                            std::to_string(user.gid) +
                                            " cannot be had without root: process.user is 0:0");
    user = {};
  }
};

BundleWriter::BundleWriter(std::filesystem::path path, UnpackOptions options)
    : state_(new State{.unpacking = {std::move(path), std::move(options)}}) {}

BundleWriter::~BundleWriter() = default;

void BundleWriter::begin(const ImageDescription& image) { state_->unpacking.begin(image); }
unsigned BundleWriter::max_open_layers() const noexcept { return state_->unpacking.max_open_layers(); }
bool BundleWriter::want_layer(const LayerInfo& layer) { return state_->unpacking.expansion().layers().wants(layer); }

std::unique_ptr<LayerSink> BundleWriter::put_layer(const LayerInfo& layer) {
  return state_->unpacking.expansion().layers().put(layer);
}

// The tree first: it has the image's users. Its directories are closed only when all is read.
void BundleWriter::put_config(const ImageConfig& config) {
  outputs::Unpacking& unpacking = state_->unpacking;
  unpacking.expansion().complete(config);
  outputs::RunConfig run = outputs::read_run_config(config);
  outputs::ImageUser user = user_in(unpacking.expansion().open_tree(), run.user, unpacking.options().limits);
  state_->name_a_command(run);
  state_->map_user(user);
  unpacking.add_document("config.json", make_runtime_spec(run, user, starter(), ::geteuid(), ::getegid()),
                         "verify.bundle");
}

void BundleWriter::finalize() { state_->unpacking.finalize(); }
CheckResults BundleWriter::remarks() const { return state_->unpacking.remarks(); }
CheckResults BundleWriter::verify(VerifyLevel level) { return state_->unpacking.verify(level); }

}  // namespace occy
