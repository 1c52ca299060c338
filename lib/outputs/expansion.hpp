// outputs/expansion.hpp: a directory with an image's root file system and documents beside it, until it is published.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/staged_directory.hpp"
#include "occy/outputs/tree.hpp"
#include "tree/extractor.hpp"
#include "tree/layer_queue.hpp"
#include "tree/record.hpp"

namespace occy::outputs {

inline constexpr const char* kRootName = "rootfs";

/// A file beside the trees.
struct WrittenDocument {
  std::string name;
  Digest digest;
  std::uint64_t size = 0;
  const char* check;  ///< the finding's id when it is not as it was written
};

[[nodiscard]] tree::Ownership ownership_of(UnpackOptions::Owners owners) noexcept;
[[nodiscard]] tree::RecordDepth depth_of(VerifyLevel proof) noexcept;

/// A staged directory that is closed to others until it is published: what an image sets user ids on must not be run by
/// them while nothing is proved.
class ClosedStage {
 public:
  explicit ClosedStage(const std::filesystem::path& path);

  /// Makes a sub-directory and opens it. Throws Errc::io.
  [[nodiscard]] io::File make_directory(const std::string& name);

  /// Writes a whole file; modes: 0666 less the umask. Throws Errc::io.
  [[nodiscard]] WrittenDocument write_document(const std::string& name, std::string_view content, const char* check);

  void publish();

  [[nodiscard]] const std::filesystem::path& final_path() const noexcept { return staged_.final_path(); }
  [[nodiscard]] std::filesystem::path parent() const { return staged_.path().parent_path(); }

 private:
  io::StagedDirectory staged_;
  unsigned mode_;  ///< when it is published
};

/// Another descriptor of an open directory.
[[nodiscard]] io::File copy_of(const io::File& directory);

/// Where layers wait for their turn.
[[nodiscard]] std::filesystem::path spool_place(const UnpackOptions& options, const ClosedStage& stage);

/// What was published, and how it can be proved.
struct Expanded {
  std::filesystem::path path;
  tree::Ownership ownership;
  tree::Record record;
  CheckResults remarks;
  std::vector<WrittenDocument> documents = {};
  std::size_t layers = 0;
};

class Expansion {
 public:
  Expansion(const std::filesystem::path& path, const UnpackOptions& options, const ImageDescription& image);

  [[nodiscard]] tree::LayerQueue& layers() noexcept { return queue_; }
  [[nodiscard]] ClosedStage& stage() noexcept { return stage_; }

  /// All layers of `config` are in the tree, and directories have their times.
  void complete(const ImageConfig& config);

  /// To read the image's own files.
  [[nodiscard]] tree::RootDirectory open_tree() const;

  /// Publishes, and says what was. Call last.
  [[nodiscard]] Expanded publish(std::vector<WrittenDocument> documents);

 private:
  ClosedStage stage_;
  tree::Ownership ownership_;
  io::File root_;
  tree::Extractor extractor_;
  tree::LayerQueue queue_;
  std::size_t layer_count_ = 0;
};

/// The life of an output that unpacks: what TreeWriter and BundleWriter have in common.
class Unpacking {
 public:
  Unpacking(std::filesystem::path path, UnpackOptions options) : path_(std::move(path)), options_(std::move(options)) {}

  void begin(const ImageDescription& image);

  /// Between begin() and finalize().
  [[nodiscard]] Expansion& expansion() noexcept { return *expansion_; }
  [[nodiscard]] unsigned max_open_layers() const noexcept { return expansion_ ? expansion_->layers().max_open() : 1; }
  [[nodiscard]] const UnpackOptions& options() const noexcept { return options_; }

  /// Written beside the tree: without any, there is nothing to publish.
  void add_document(const std::string& name, std::string_view content, const char* check);

  /// A remark besides those of the tree.
  void add_remark(const char* check, std::string message);

  void finalize();
  [[nodiscard]] CheckResults remarks() const;
  [[nodiscard]] CheckResults verify(VerifyLevel level) const noexcept;

 private:
  std::filesystem::path path_;
  UnpackOptions options_;
  std::unique_ptr<Expansion> expansion_ = {};
  std::vector<WrittenDocument> documents_ = {};
  CheckResults remarks_ = CheckResults{};
  std::optional<Expanded> written_ = {};
};

/// Documents at any level; the tree as prove_tree() does.
[[nodiscard]] CheckResults verify_expanded(const Expanded& written, VerifyLevel level, const Limits& limits,
                                           const std::stop_token& stop) noexcept;

/// Findings about the documents in `directory`.
[[nodiscard]] CheckResults check_documents(const std::filesystem::path& directory,
                                           const std::vector<WrittenDocument>& documents);

}  // namespace occy::outputs
