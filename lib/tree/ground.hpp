// tree/ground.hpp: what entries are laid onto: one tree that grows, or a stack of directories, one for each layer.
#pragma once

#include <cerrno>
#include <optional>
#include <string>
#include <string_view>

#include "tree/attributes.hpp"
#include "tree/nodes.hpp"
#include "tree/record.hpp"

namespace occy::tree {

/// A place whose directory was opened for it alone.
struct HeldPlace {
  io::File directory;
  std::string name;
  std::string path;

  [[nodiscard]] Place place() const { return {directory, name, path}; }
};

/// The directory of the last entry: layers list file after file of one directory.
struct LastParent {
  std::optional<std::string> asked = {};  ///< as the layer names it; missing: it is looked for anew
  std::string path = {};
  std::optional<io::File> directory = {};
};

/// Directories are given as the layer names them: links on the way are followed within the image.
class Ground {
 public:
  virtual ~Ground() = default;

  virtual void begin_layer() = 0;
  virtual void end_layer() = 0;

  /// The place of `name` in `directory`; directories that are missing are made. Valid until the next call. Throws
  /// Errc::bad_archive when this layer has put something else in the way.
  [[nodiscard]] virtual Place place_for(std::string_view directory, std::string_view name) = 0;

  /// The place of something that is to get another name. Missing when its directory is not there.
  [[nodiscard]] virtual std::optional<HeldPlace> find_target(std::string_view directory, std::string_view name) = 0;

  /// Removes what stands in `place`, whole trees too. Throws Errc::destination when that is another name of the image
  /// and the file system takes both for the same.
  virtual void make_way(const Place& place) = 0;

  /// Makes a directory, or takes over the one that is there with what is in it.
  virtual void put_directory(const Place& place, Attributes attributes) = 0;

  /// Of the root itself.
  virtual void put_root(Attributes attributes) = 0;

  /// Something other than a directory stands in `place` now; a further name of what stands at `target`.
  virtual void note_made(const Place& place, const Node& node, const Xattrs& xattrs) = 0;
  virtual void note_link(const Place& place, const std::string& target, EntryType type) = 0;

  /// A whiteout: what lower layers have under this name is gone.
  virtual void hide(std::string_view directory, std::string_view name) = 0;

  /// An opaque directory: what lower layers have in it is gone.
  virtual void hide_all_in(std::string_view directory) = 0;

  /// Calls `make`, which tells by false that the name is taken, and then again when what stood there is gone.
  template <class Make>
  [[nodiscard]] auto make_in(const Place& place, Make make) {
    if (auto made = make()) return made;
    make_way(place);
    if (auto made = make()) return made;
    io::throw_system_error(EEXIST, Side::output, place.shown(), "cannot make it");
  }
};

}  // namespace occy::tree
