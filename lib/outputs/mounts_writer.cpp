#include "occy/outputs/mounts.hpp"

#include <cerrno>
#include <cstdio>
#include <optional>
#include <utility>

#include "occy/error.hpp"
#include "outputs/expansion.hpp"
#include "outputs/mounts_document.hpp"
#include "outputs/verdict.hpp"
#include "tar/docker_archive.hpp"
#include "tree/layer_stack.hpp"
#include "tree/tree_proof.hpp"

namespace occy {
namespace {

constexpr const char* kLayersName = "layers";

/// Between begin() and finalize().
struct Stack {
  Stack(const std::filesystem::path& path, const UnpackOptions& options, const ImageDescription& image)
      : stage(path),
        ownership(outputs::ownership_of(options.owners)),
        directory(stage.make_directory(kLayersName)),
        layers(outputs::copy_of(directory),
               {.ownership = ownership, .record = outputs::depth_of(options.proof), .limits = options.limits}),
        queue(layers, image, outputs::spool_place(options, stage)) {}

  outputs::ClosedStage stage;
  tree::Ownership ownership;
  io::File directory;
  tree::LayerStack layers;
  tree::LayerQueue queue;
};

/// What was published.
struct Mountable {
  std::filesystem::path path;
  tree::Ownership ownership;
  std::vector<std::string> names;
  std::vector<tree::Record> records;
  std::vector<outputs::WrittenDocument> documents;
  CheckResults remarks;
};

void require_few(const ImageConfig& config, const std::filesystem::path& path) {
  if (config.diff_ids().size() <= outputs::kMostOverlayLayers) return;
  throw Error(Errc::unsupported, Side::output,
              {.subject = path.string(),
               .what = "too many layers for an overlay file system",
               .expected = "at most " + std::to_string(outputs::kMostOverlayLayers),
               .found = std::to_string(config.diff_ids().size())});
}

}  // namespace

struct MountsWriter::State {
  std::filesystem::path path;
  UnpackOptions options;
  std::unique_ptr<Stack> stack = {};
  std::vector<std::string> names = {};
  std::vector<outputs::WrittenDocument> documents = {};
  std::optional<Mountable> written = {};

  // While they are written, layers are known by their position alone.
  void name_layers(const std::vector<Digest>& diff_ids) {
    for (std::size_t i = 0; i < diff_ids.size(); ++i) {
      names.push_back(outputs::layer_directory_name(i, diff_ids[i]));
      const int directory = stack->directory.descriptor();
      if (::renameat(directory, std::to_string(i).c_str(), directory, names.back().c_str()) != 0)
        io::throw_system_error(errno, Side::output, stack->directory.path() / names.back(), "cannot name the layer");
    }
  }

  std::vector<std::string> make_fillers(std::size_t shown) {
    std::vector<std::string> fillers;
    for (; shown + fillers.size() < 2;) {
      fillers.push_back("empty-" + std::to_string(fillers.size()));
      (void)stack->stage.make_directory(std::string(kLayersName) + "/" + fillers.back());
    }
    return fillers;
  }

  CheckResults verify(VerifyLevel level) const {
    CheckResults results(options.limits.findings);
    results.merge(outputs::check_documents(written->path, written->documents));
    for (std::size_t i = 0; i < written->names.size(); ++i)
      results.merge(tree::prove_tree(written->path / kLayersName / written->names[i], written->records[i],
                                     written->ownership, level, options.limits, options.stop));
    outputs::conclude(results, written->path.string(), outputs::layers_verified(written->names.size()));
    return results;
  }
};

MountsWriter::MountsWriter(std::filesystem::path path, UnpackOptions options)
    : state_(new State{.path = std::move(path), .options = std::move(options)}) {}

MountsWriter::~MountsWriter() = default;

void MountsWriter::begin(const ImageDescription& image) {
  state_->stack = std::make_unique<Stack>(state_->path, state_->options, image);
}

unsigned MountsWriter::max_open_layers() const noexcept { return state_->stack ? state_->stack->queue.max_open() : 1; }
bool MountsWriter::want_layer(const LayerInfo& layer) { return state_->stack->queue.wants(layer); }
std::unique_ptr<LayerSink> MountsWriter::put_layer(const LayerInfo& layer) { return state_->stack->queue.put(layer); }

void MountsWriter::put_config(const ImageConfig& config) {
  Stack& stack = *state_->stack;
  require_few(config, state_->path);
  stack.queue.settle(config, stack.stage.final_path().string());
  state_->name_layers(config.diff_ids());
  const std::size_t lowest = stack.layers.lowest_shown();
  const outputs::MountPlan plan{.path = std::filesystem::absolute(stack.stage.final_path()),
                                .diff_ids = config.diff_ids(),
                                .names = state_->names,
                                .lowest_shown = lowest,
                                .fillers = state_->make_fillers(state_->names.size() - lowest),
                                .ownership = stack.ownership};
  state_->documents = {
      stack.stage.write_document(tar::config_member_name(config.digest()), config.bytes(), "verify.config"),
      stack.stage.write_document("mounts.json", make_mounts_document(plan), "verify.mounts")};
}

void MountsWriter::finalize() {
  const auto stack = std::move(state_->stack);  // whatever happens: afterwards no temporary directory is left
  if (!stack || state_->documents.empty())
    throw Error(Errc::unsupported, Side::output,
                {.subject = state_->path.string(), .what = "nothing to publish: the config was not written"});
  stack->stage.publish();
  state_->written = Mountable{.path = stack->stage.final_path(),
                              .ownership = stack->ownership,
                              .names = std::move(state_->names),
                              .records = stack->layers.take_records(),
                              .documents = std::move(state_->documents),
                              .remarks = stack->layers.remarks().results(stack->stage.final_path().string())};
}

CheckResults MountsWriter::remarks() const { return state_->written ? state_->written->remarks : CheckResults{}; }

CheckResults MountsWriter::verify(VerifyLevel level) {
  if (state_->written) return state_->verify(level);
  CheckResults results;
  results.error("verify.tree", state_->path.string(), "the layers were not published");
  return results;
}

}  // namespace occy
