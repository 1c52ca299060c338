// tree/record.hpp: what was written into a tree, kept while it is written, for the proof afterwards.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "occy/digest.hpp"
#include "occy/entry.hpp"
#include "tree/attributes.hpp"

namespace occy::tree {

/// How much is kept.
enum class RecordDepth {
  counts,      ///< how many names of each type; a few hundred bytes
  everything,  ///< each name with all that a full verification compares: about 200 bytes and the path
};

/// What one name must be, as it is on disk.
struct Node {
  EntryType type = EntryType::file;
  std::uint32_t mode = 0;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint32_t xattrs = 0;  ///< a number of Record::xattrs()

  /// Of a file; the number of a device.
  std::uint64_t size = 0;

  /// Of a file's content, holes and all; of a link's target.
  Digest content = Digest(Digest::Bytes{});

  /// Files with several names: the same number. 0: there is one name.
  std::uint32_t link_group = 0;
};

/// With what `attributes` says.
[[nodiscard]] Node node_of(EntryType type, const Attributes& attributes) noexcept;

class Record {
 public:
  static constexpr std::size_t kTypes = static_cast<std::size_t>(EntryType::other) + 1;
  using Counts = std::array<std::uint64_t, kTypes>;

  explicit Record(RecordDepth depth) : depth_(depth) {}
  Record(Record&&) noexcept = default;  // a copy's views would lead into the original
  Record& operator=(Record&&) noexcept = default;

  [[nodiscard]] RecordDepth depth() const noexcept { return depth_; }

  /// A new name, or new attributes of a directory that has one already.
  void add(std::string_view path, const Node& node, const Xattrs& xattrs);

  /// A further name of the file at `target`, of this type.
  void add_link(std::string_view path, std::string_view target, EntryType type);

  void remove(std::string_view path, EntryType type);

  /// One more extended attribute of what is at `path`; of the root, for the empty one.
  void add_xattr(std::string_view path, const std::string& name, const std::string& value);

  /// Of the root itself, which is no name in the tree.
  void set_root(const Node& node, const Xattrs& xattrs);

  [[nodiscard]] const Counts& counts() const noexcept { return counts_; }
  [[nodiscard]] const std::map<std::string, Node, std::less<>>& nodes() const noexcept { return nodes_; }
  [[nodiscard]] const Node* find(std::string_view path) const;
  [[nodiscard]] const Node& root() const noexcept { return root_; }
  [[nodiscard]] const Xattrs& xattrs(const Node& node) const { return *xattr_sets_.at(node.xattrs); }

 private:
  [[nodiscard]] std::uint32_t number_of(const Xattrs& xattrs);

  RecordDepth depth_;
  Counts counts_ = {};
  std::map<std::string, Node, std::less<>> nodes_ = {};
  Node root_ = {};
  std::map<Xattrs, std::uint32_t> xattr_numbers_ = {};
  std::vector<const Xattrs*> xattr_sets_ = {};  ///< views into the map, whose nodes stay where they are
  std::uint32_t link_groups_ = 0;
};

}  // namespace occy::tree
