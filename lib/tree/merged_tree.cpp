#include "tree/merged_tree.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "occy/error.hpp"
#include "tar/path_view.hpp"

namespace occy::tree {
namespace {

// The kernel follows no more than 40 symbolic links on one path (ELOOP).
constexpr unsigned kMostFollowed = 40;

tar::PathMeaning meaning_of(std::string_view path, std::string& storage) {
  return tar::meaning_of(tar::look_at(path, storage));
}

std::string_view take_component(std::string_view& path) noexcept {
  const auto slash = std::min(path.find('/'), path.size());
  const auto component = path.substr(0, slash);
  path.remove_prefix(std::min(slash + 1, path.size()));
  return component;
}

}  // namespace

// One resolution of a path.
struct MergedTree::Walk {
  NodeId at = kRoot;

  /// The entry that needs the directories, which makes those that are missing; 0: none are made.
  EntryNumber implied_by = 0;

  unsigned links_left = kMostFollowed;

  /// Bytes of links: so that a thousand entries below forty long links are no hour's work.
  std::size_t link_bytes_left = TextPool::kLongest;
};

void MergedTree::apply(const LayerEntries& layer) {
  begins_.push_back(static_cast<EntryNumber>(node_of_.size() + 1));
  if (node_of_.size() + layer.size() > limits_.tree_entries)
    throw Error(Errc::limit, Side::input,
                {.subject = "final tree",
                 .what = "too many entries",
                 .expected = "up to " + std::to_string(limits_.tree_entries),
                 .found = "more"});
  hide(layer);
  std::string storage;
  for (std::size_t ordinal = 0; ordinal < layer.size(); ++ordinal) {
    require_room();
    const auto entry = layer[ordinal];
    const auto meaning = meaning_of(entry.path, storage);
    const auto number = static_cast<EntryNumber>(begins_.back() + ordinal);
    node_of_.push_back(meaning.kind == tar::PathKind::ordinary ? place(entry, meaning, number) : kNoNode);
  }
}

void MergedTree::require_room() const {
  if (nodes_.size() <= limits_.tree_entries && nodes_.text_bytes() <= limits_.tree_text_bytes) return;
  throw Error(Errc::limit, Side::input,
              {.subject = "final tree",
               .what = "too many paths",
               .expected = "up to " + std::to_string(limits_.tree_entries) + " paths and " +
                           std::to_string(limits_.tree_text_bytes) + " bytes of names",
               .found = "more"});
}

// All are found before the first hides anything, so that their order does not matter.
void MergedTree::hide(const LayerEntries& layer) {
  std::vector<std::pair<NodeId, tar::PathKind>> hidden;
  std::string storage;
  for (std::size_t ordinal = 0; ordinal < layer.size(); ++ordinal) {
    const auto meaning = meaning_of(layer[ordinal].path, storage);
    if (meaning.kind != tar::PathKind::whiteout && meaning.kind != tar::PathKind::opaque) continue;
    if (const NodeId id = hidden_node(meaning); id != kNoNode) hidden.emplace_back(id, meaning.kind);
  }
  for (const auto& [id, kind] : hidden)
    if (kind == tar::PathKind::whiteout)
      nodes_[id].written = 0;
    else
      nodes_[id].cut = std::max(nodes_[id].cut, begins_.back());
}

NodeId MergedTree::hidden_node(const tar::PathMeaning& marker) {
  Walk walk;
  if (!descend(walk, marker.directory)) return kNoNode;
  return marker.kind == tar::PathKind::opaque ? walk.at : nodes_.find(walk.at, marker.name);
}

NodeId MergedTree::place(const LayerEntries::View& entry, const tar::PathMeaning& where, EntryNumber number) {
  const bool names_root = where.name.empty();
  if (where.name == ".." || (names_root && entry.type != EntryType::directory)) return kNoNode;
  Walk walk{.implied_by = number};
  if (!descend(walk, where.directory)) return kNoNode;
  const NodeId id = names_root ? kRoot : nodes_.find_or_add(walk.at, where.name);
  write(id, entry, number);
  return id;
}

void MergedTree::write(NodeId id, const LayerEntries::View& entry, EntryNumber number) {
  const NodeId source = entry.type == EntryType::hard_link ? find_file(entry.link) : kNoNode;
  PathNode& node = nodes_[id];
  const bool stays =
      entry.type == EntryType::directory && node.type == EntryType::directory && nodes_.is_in_directory(id);
  if (!stays) node.cut = number;
  node.written = number;
  node.origin = PathNode::Origin::entry;
  node.type = source == kNoNode ? entry.type : nodes_[source].type;
  node.content = source == kNoNode ? number : nodes_[source].content;
  node.link = source == kNoNode ? nodes_.keep(entry.link) : nodes_[source].link;
}

NodeId MergedTree::find_file(std::string_view path) {
  std::string storage;
  const auto target = tar::look_at(path, storage).normalised;
  const auto slash = target.rfind('/');
  Walk walk;
  if (slash != std::string_view::npos && !descend(walk, target.substr(0, slash))) return kNoNode;
  const NodeId id = nodes_.find(walk.at, target.substr(slash + 1));
  const bool usable = id != kNoNode && nodes_.is_in_directory(id) && nodes_[id].type != EntryType::directory;
  return usable ? id : kNoNode;
}

// False: there is no such directory, and none was to be made.
bool MergedTree::descend(Walk& walk, std::string_view path) {
  if (path.starts_with('/')) walk.at = kRoot;
  while (!path.empty())
    if (!step(walk, take_component(path))) return false;
  return true;
}

bool MergedTree::step(Walk& walk, std::string_view component) {
  if (component.empty() || component == ".") return true;
  if (component == "..") {
    walk.at = nodes_[walk.at].parent;  // the root's is the root
    return true;
  }
  const NodeId child = nodes_.find(walk.at, component);
  const bool there = child != kNoNode && nodes_.is_in_directory(child);
  if (there && nodes_[child].type == EntryType::directory) {
    walk.at = child;
    return true;
  }
  if (there && may_follow(walk, nodes_[child])) return descend(walk, nodes_.text(nodes_[child].link));
  if (walk.implied_by == 0) return false;
  walk.at = imply(walk.at, component, walk.implied_by);
  return true;
}

bool MergedTree::may_follow(Walk& walk, const PathNode& node) const {
  const auto target = nodes_.text(node.link);
  if (node.type != EntryType::symbolic_link || target.empty()) return false;
  if (walk.links_left == 0 || target.size() > walk.link_bytes_left) return false;
  --walk.links_left;
  walk.link_bytes_left -= target.size();
  return true;
}

NodeId MergedTree::imply(NodeId parent, std::string_view name, EntryNumber number) {
  const NodeId id = nodes_.find_or_add(parent, name);
  PathNode& node = nodes_[id];
  node.written = number;
  node.content = number;
  node.cut = number;
  node.link = 0;
  node.type = EntryType::directory;
  node.origin = PathNode::Origin::implied;
  return id;
}

Fate MergedTree::fate(std::size_t layer, std::size_t ordinal) const noexcept {
  const auto number = static_cast<EntryNumber>(begins_[layer] + ordinal);
  const NodeId id = node_of_[number - 1];
  if (id == kNoNode) return Fate::no_file;
  if (!nodes_.exists(id)) return Fate::gone;
  const PathNode& node = nodes_[id];
  return node.written == number && node.origin == PathNode::Origin::entry ? Fate::visible : Fate::replaced;
}

EntryPlace MergedTree::place_of(EntryNumber number) const noexcept {
  const auto above = std::upper_bound(begins_.begin(), begins_.end(), number);
  return {.layer = static_cast<std::size_t>(above - begins_.begin()) - 1, .ordinal = number - *(above - 1)};
}

}  // namespace occy::tree
