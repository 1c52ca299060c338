#include "occy/inputs/tree.hpp"

#include <algorithm>
#include <utility>

#include "inputs/tree_walk.hpp"
#include "tar/encoder.hpp"

namespace occy {
namespace {

// Packs entry after entry into one buffer, so that small files do not become small blocks.
class TreePacker {
 public:
  TreePacker(const std::filesystem::path& root, const TreeInputOptions& options)
      : walk_(root, options), buffer_(io::kBlockSize) {}

  // Empty at the end of the archive.
  Block next() {
    std::size_t used = 0;
    while (used < buffer_.size()) {
      const std::size_t added = fill(std::span(buffer_).subspan(used));
      if (added == 0 && !begin_next()) break;
      used += added;
    }
    return Block(buffer_).first(used);
  }

 private:
  // What is left of the current entry, as much as fits: its header, its data, its padding.
  std::size_t fill(std::span<std::byte> into) {
    if (!pending_.empty()) return take_pending(into);
    return left_ == 0 ? 0 : read_data(into);
  }

  std::size_t take_pending(std::span<std::byte> into) {
    const auto size = std::min(into.size(), pending_.size());
    std::copy_n(pending_.begin(), size, into.begin());
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(size));
    return size;
  }

  std::size_t read_data(std::span<std::byte> into) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), left_));
    const std::size_t size = item_->file->read_at(into.first(wanted), item_->entry.stored_size - left_);
    if (size == 0) fail_shrunk();
    left_ -= size;
    if (left_ == 0) pending_.resize(tar::padded(item_->entry.stored_size) - item_->entry.stored_size);
    return size;
  }

  // The next entry, or the archive's end; false after that.
  bool begin_next() {
    if (ended_) return false;
    item_ = walk_.next();
    ended_ = !item_;
    if (ended_)
      pending_.assign(tar::kEndOfArchive.begin(), tar::kEndOfArchive.end());
    else
      pending_ = tar::encode_header(item_->entry);
    left_ = ended_ ? 0 : item_->entry.stored_size;
    return true;
  }

  [[noreturn]] void fail_shrunk() const {
    throw Error(Errc::size_mismatch, Side::input,
                {.subject = item_->file->path().string(),
                 .what = "became shorter while it was packed",
                 .expected = std::to_string(item_->entry.stored_size) + " bytes",
                 .found = std::to_string(item_->entry.stored_size - left_)});
  }

  TreeWalk walk_;
  std::vector<std::byte> buffer_;
  std::optional<TreeItem> item_;
  std::vector<std::byte> pending_;
  std::uint64_t left_ = 0;
  bool ended_ = false;
};

ConfigRecipe recipe_of(const TreeInputOptions& options, const Digest& diff_id) {
  HistoryEntry step;
  step.created = "1970-01-01T00:00:00Z";
  step.created_by = "occy: packed from a directory";
  return {.platform = options.platform,
          .diff_ids = {diff_id},
          .history = {std::move(step)},
          .command = options.command,
          .environment = options.environment,
          .working_directory = options.working_directory};
}

// The layer. Its diff_id is settled when the last block was lent.
class TreeReader final : public LayerReader {
 public:
  TreeReader(const std::filesystem::path& root, const TreeInputOptions& options, LayerInfo info,
             std::optional<Digest>& diff_id)
      : info_(std::move(info)), packer_(root, options), diff_id_(diff_id) {}

  [[nodiscard]] const LayerInfo& info() const noexcept override { return info_; }

  Block next() override {
    if (diff_id_) return {};
    const Block block = packer_.next();
    if (block.empty())
      diff_id_ = hash_.finish();
    else
      hash_.update(block);
    return block;
  }

 private:
  LayerInfo info_;
  TreePacker packer_;
  Sha256 hash_;
  std::optional<Digest>& diff_id_;  // the input's, which outlives its readers
};

}  // namespace

struct TreeInput::State {
  std::filesystem::path root;
  TreeInputOptions options;
  std::optional<ImageDescription> description = {};
  enum class Layer { waiting, given } layer = Layer::waiting;
  std::optional<Digest> diff_id = {};
  std::optional<ImageConfig> config = {};
};

TreeInput::TreeInput(std::filesystem::path root, TreeInputOptions options)
    : state_(std::make_unique<State>(State{std::move(root), std::move(options)})) {}
TreeInput::~TreeInput() = default;

const ImageDescription& TreeInput::describe() {
  State& state = *state_;
  if (state.description) return *state.description;
  (void)TreeWalk(state.root, state.options);  // a root that cannot be read is told now
  state.description.emplace(ImageDescription{.source = state.root.string(), .platform = state.options.platform});
  if (state.options.name) state.description->references.push_back(*state.options.name);
  state.description->layers.emplace(1, LayerInfo{.index = 0, .name = state.root.string()});
  return *state.description;
}

std::unique_ptr<LayerReader> TreeInput::next_layer() {
  State& state = *state_;
  if (state.layer == State::Layer::given) return nullptr;
  const LayerInfo info = describe().layers->front();
  state.layer = State::Layer::given;
  return std::make_unique<TreeReader>(state.root, state.options, info, state.diff_id);
}

const ImageConfig& TreeInput::config() {
  State& state = *state_;
  if (!state.diff_id)
    throw Error(Errc::not_found, Side::input,
                {.subject = state.root.string(), .what = "the config is made after the layer was read to its end"});
  if (!state.config) state.config = ImageConfig::make(recipe_of(state.options, *state.diff_id));
  return *state.config;
}

}  // namespace occy
