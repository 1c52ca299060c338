// tar/layer_rewriter.hpp: writes a layer again while it streams by, with entries changed or left out.
//
//   plain layer ─▶ Walker ─▶ decide(entry) ─▶ the entry's own bytes │ a patched header and its data │ nothing
//
// What nobody changed stays byte for byte: padding, records, bytes after the end-of-archive marker.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "occy/filter.hpp"
#include "tar/block_gatherer.hpp"
#include "tar/dropped_files.hpp"
#include "tar/walker.hpp"

namespace occy::tar {

struct LayerRewriterOptions {
  /// What messages call the layer.
  std::string layer;

  /// Who decides, for messages: "exclude".
  std::string filter;

  /// Where the content of dropped files waits for hard links, without a name.
  std::filesystem::path spool_directory;

  Limits limits = {};
};

/// For one layer.
///
/// A hard link whose target was dropped comes as the file that it stands for; when it is kept, later links lead to it.
/// Every header that was changed is read again before it is put, and must say what was decided.
class LayerRewriter {
 public:
  using Decide = std::function<Verdict(Entry&)>;

  /// `put` gets the new layer, in blocks of some hundred KiB.
  LayerRewriter(Decide decide, std::function<void(Block)> put, LayerRewriterOptions options);

  /// Next bytes of the uncompressed layer. An error is the layer's (its position is an offset in it), is final, and is
  /// returned by every later call too. Throws what `decide` and `put` throw, and Error (side: filter) when an entry
  /// cannot be written as it was decided.
  [[nodiscard]] result<void> push(Block bytes);

  /// The layer has ended. One that lacks only its end-of-archive marker is good: it stays as it is, or gets the marker
  /// when something else was changed.
  [[nodiscard]] result<void> finish();

  /// Whether the new layer is another one. Known before the first changed byte is put.
  [[nodiscard]] bool changed() const noexcept { return changed_; }

 private:
  /// What becomes of the data that follows a header.
  enum class Data { put, keep_aside, forget };

  [[nodiscard]] result<void> take_block();
  void take_global();
  void take_entry();
  [[nodiscard]] std::optional<DroppedFiles::Found> take_place(const Entry& entry);
  void take_waiting_file(const DroppedFiles::Found& file);
  void drop(const Entry& entry, const std::string& link);
  void put_entry(Block raw, const Entry& before, const Entry& wanted);
  void take_data(Block bytes);
  void require_same(Block blocks, const Entry& wanted);
  [[noreturn]] void refuse(const Entry& entry, std::string found) const;
  [[nodiscard]] result<void> check_whole() const;

  Decide decide_;
  BlockGatherer out_;
  LayerRewriterOptions options_;
  DroppedFiles dropped_;

  Walker walker_;
  Walker second_;  // has seen the same global headers, and reads what will stand in the new layer
  HeaderBlock block_{};
  std::size_t block_size_ = 0;
  std::vector<std::byte> raw_;  // header blocks since the last entry
  std::vector<std::byte> patched_;
  Entry entry_;
  std::uint64_t data_left_ = 0;
  Data data_ = Data::put;
  bool first_zero_ = false;
  bool ended_ = false;
  bool changed_ = false;
  std::optional<ParseError> failure_;
};

}  // namespace occy::tar
