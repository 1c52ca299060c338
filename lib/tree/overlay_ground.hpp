// tree/overlay_ground.hpp: the ground of a layer that is a directory of its own, above others.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tree/directory_ledger.hpp"
#include "tree/entry_checks.hpp"
#include "tree/extractor.hpp"
#include "tree/ground.hpp"
#include "tree/lower_layers.hpp"
#include "tree/made_paths.hpp"

namespace occy::tree {

/// See layer_stack.hpp. In the current layer's directory, what is in the way is removed; what lower layers have is
/// hidden by marks. A whiteout does not hide what its own layer has made, wherever it stands in it.
class OverlayGround final : public Ground {
 public:
  /// All but the directory are borrowed. What is copied from lower layers is added to `declared`.
  OverlayGround(io::File stack, const AttributeSetter& setter, Remarks& remarks, DeclaredBytes& declared,
                const ExtractorOptions& options);

  void begin_layer() override;
  void end_layer() override;
  [[nodiscard]] Place place_for(std::string_view directory, std::string_view name) override;
  [[nodiscard]] std::optional<HeldPlace> find_target(std::string_view directory, std::string_view name) override;
  void make_way(const Place& place) override;
  void put_directory(const Place& place, Attributes attributes) override;
  void put_root(Attributes attributes) override;
  void note_made(const Place& place, const Node& node, const Xattrs& xattrs) override;
  void note_link(const Place& place, const std::string& target, EntryType type) override;
  void hide(std::string_view directory, std::string_view name) override;
  void hide_all_in(std::string_view directory) override;

  [[nodiscard]] std::size_t lowest_shown() const noexcept { return lowest_shown_; }
  [[nodiscard]] std::vector<Record> take_records() { return std::move(records_); }

 private:
  [[nodiscard]] Sight look(const std::string& path);
  [[nodiscard]] Standing look_below(const std::string& path);
  [[nodiscard]] bool is_covered(std::string_view path) const;
  [[nodiscard]] Resolved resolve(std::string_view directory);
  [[nodiscard]] io::File ensure_directory(const std::string& path);
  [[nodiscard]] Attributes attributes_below(const std::string& path);
  [[nodiscard]] HeldPlace bring_up(const std::string& path, const Standing& below);
  void start_directory(const Place& place, Attributes attributes);
  void reset_directory(const Place& place);
  void mark_opaque(const std::string& path);
  void make_whiteout(const Place& place);
  void hide_own(const Place& place, EntryType type);
  void purge(const std::string& path);
  void forget_marks_at(const std::string& path);

  io::File stack_;
  const AttributeSetter& setter_;
  Remarks& remarks_;
  DeclaredBytes& declared_;
  ExtractorOptions options_;
  LowerLayers lower_ = {};
  std::vector<Record> records_ = {};
  std::size_t lowest_shown_ = 0;
  Attributes root_attributes_;

  // Of the current layer.
  std::unique_ptr<LayerDirectory> here_ = {};
  bool folds_case_ = false;
  Record record_;
  DirectoryLedger ledger_ = {};
  MadePaths made_;  ///< by entries, and what leads to that; not what is there for marks and links only
  LastParent parent_ = {};
};

}  // namespace occy::tree
