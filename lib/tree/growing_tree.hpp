// tree/growing_tree.hpp: a tree onto which layers are laid, one after the other: where names go, and what goes away.
#pragma once

#include <cerrno>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "tar/path_set.hpp"
#include "tree/attributes.hpp"
#include "tree/directory_ledger.hpp"
#include "tree/nodes.hpp"
#include "tree/record.hpp"
#include "tree/root_directory.hpp"
#include "tree/walk.hpp"

namespace occy::tree {

/// What a growing tree works with. All borrowed.
struct TreeTools {
  const AttributeSetter& setter;
  Record& record;
};

/// A place whose directory was opened for it alone.
struct HeldPlace {
  io::File directory;
  std::string name;
  std::string path;

  [[nodiscard]] Place place() const { return {directory, name, path}; }
};

/// Remembers which paths the current layer has made: a whiteout hides only what lower layers have, wherever in the
/// layer it stands. Paths are those on disk: an entry whose directory is a link is remembered where the link leads.
class GrowingTree {
 public:
  GrowingTree(io::File root, Descent descent, TreeTools tools);

  /// Forgets what the layer before has made.
  void begin_layer();

  /// The place of `name` in `directory`, whose links are followed within the root. Directories that are missing are
  /// made. Throws Errc::bad_archive when this layer has put something else in the way.
  [[nodiscard]] Place place_for(std::string_view directory, std::string_view name);

  /// The place of something that should be there already. Missing when its directory is not.
  [[nodiscard]] std::optional<HeldPlace> find_place(std::string_view directory, std::string_view name) const;

  /// Calls `make`, which tells by false that the name is taken, and then again when what stood there is gone.
  template <class Make>
  [[nodiscard]] auto make_in(const Place& place, Make make) {
    if (auto made = make()) return made;
    make_way(place);
    if (auto made = make()) return made;
    io::throw_system_error(EEXIST, Side::output, place.shown(), "cannot make it");
  }

  /// Removes what stands in `place`, whole trees too. Throws Errc::destination when that is another name of the image
  /// and the file system takes both for the same.
  void make_way(const Place& place);

  /// Makes a directory, or takes over the one that is there with what is in it.
  void put_directory(const Place& place, Attributes attributes);

  /// Of the root itself.
  void put_root(Attributes attributes);

  /// Something other than a directory stands in `place` now.
  void note_made(const Place& place);

  /// A whiteout: removes what lower layers have under this name.
  void hide(std::string_view directory, std::string_view name);

  /// An opaque directory: removes what lower layers have in it.
  void hide_all_in(std::string_view directory);

  /// Gives directories their modes and times. Call once, after the last layer.
  void settle();

  [[nodiscard]] const RootDirectory& root() const noexcept { return root_; }

 private:
  /// The directory of the last entry: layers list file after file of one directory.
  struct Parent {
    std::optional<std::string> asked = {};
    std::string path = {};
    std::optional<io::File> directory = {};
  };

  void open_parent(std::string_view directory);
  [[nodiscard]] io::File make_missing(Resolved& resolved);
  [[nodiscard]] io::File make_implicit_directory(const Place& place);
  void touch(std::string_view path);
  void take_over(const Place& place);
  void start_directory(const Place& place, Attributes attributes);
  void remove(const Place& place);
  void purge(const std::string& path, const io::File& directory);

  /// The next entry's directory is looked for anew; places of the last one stay valid.
  void forget_parent() noexcept { parent_.asked.reset(); }

  RootDirectory root_;
  TreeTools tools_;
  bool folds_case_;
  tar::PathSet made_;
  DirectoryLedger ledger_;
  Parent parent_ = {};
};

}  // namespace occy::tree
