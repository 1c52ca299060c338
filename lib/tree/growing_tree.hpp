// tree/growing_tree.hpp: a tree onto which layers are laid, one after the other: where names go, and what goes away.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "tree/attributes.hpp"
#include "tree/directory_ledger.hpp"
#include "tree/ground.hpp"
#include "tree/made_paths.hpp"
#include "tree/root_directory.hpp"
#include "tree/walk.hpp"

namespace occy::tree {

/// What a growing tree works with. All borrowed.
struct TreeTools {
  const AttributeSetter& setter;
  Record& record;
};

/// A whiteout hides only what lower layers have, wherever in its layer it stands.
class GrowingTree final : public Ground {
 public:
  GrowingTree(io::File root, Descent descent, TreeTools tools);

  /// Forgets what the layer before has made.
  void begin_layer() override;
  void end_layer() override {}

  [[nodiscard]] Place place_for(std::string_view directory, std::string_view name) override;
  [[nodiscard]] std::optional<HeldPlace> find_target(std::string_view directory, std::string_view name) override;
  void make_way(const Place& place) override;
  void put_directory(const Place& place, Attributes attributes) override;
  void put_root(Attributes attributes) override;
  void note_made(const Place& place, const Node& node, const Xattrs& xattrs) override;
  void note_link(const Place& place, const std::string& target, EntryType type) override;
  void hide(std::string_view directory, std::string_view name) override;
  void hide_all_in(std::string_view directory) override;

  /// Gives directories their modes and times. Call once, after the last layer.
  void settle();

 private:
  void open_parent(std::string_view directory);
  [[nodiscard]] io::File make_missing(Resolved& resolved);
  [[nodiscard]] io::File make_implicit_directory(const Place& place);
  void take_over(const Place& place);
  void start_directory(const Place& place, Attributes attributes);
  void reset_directory(const Place& place);
  void remove(const Place& place);
  void purge(const std::string& path, const io::File& directory);

  /// The next entry's directory is looked for anew; places of the last one stay valid.
  void forget_parent() noexcept { parent_.asked.reset(); }

  RootDirectory root_;
  TreeTools tools_;
  bool folds_case_;
  MadePaths made_;
  DirectoryLedger ledger_;
  LastParent parent_ = {};
};

}  // namespace occy::tree
