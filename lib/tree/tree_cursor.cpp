#include "tree/tree_cursor.hpp"

#include <algorithm>
#include <utility>

namespace occy::tree {
namespace {

// Names hold no NUL: it is free to stand for the end of a component.
unsigned rank(char c) noexcept { return c == '/' ? 0U : static_cast<unsigned char>(c); }

}  // namespace

bool path_less(std::string_view a, std::string_view b) noexcept {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [](char x, char y) { return rank(x) < rank(y); });
}

TreeCursor::TreeCursor(const MergedTree& tree) : tree_(tree) {
  sort_children();
  find_shared_files();
}

// By directory, counting; then each directory by name. A node's directory has a lower number than the node, so one
// pass knows what is there.
void TreeCursor::sort_children() {
  const PathTable& nodes = tree_.nodes();
  std::vector<bool> there(nodes.size(), true);
  first_child_.assign(nodes.size() + 1, 0);
  for (NodeId id = 1; id < nodes.size(); ++id) {
    there[id] = there[nodes[id].parent] && nodes.is_in_directory(id);
    if (there[id]) ++first_child_[nodes[id].parent + 1];
  }
  for (std::size_t id = 1; id < first_child_.size(); ++id) first_child_[id] += first_child_[id - 1];
  children_.resize(first_child_.back());
  auto free = first_child_;
  for (NodeId id = 1; id < nodes.size(); ++id)
    if (there[id]) children_[free[nodes[id].parent]++] = id;
  const auto by_name = [&](NodeId a, NodeId b) { return nodes.text(nodes[a].name) < nodes.text(nodes[b].name); };
  for (std::size_t id = 0; id + 1 < first_child_.size(); ++id)
    std::sort(children_.begin() + static_cast<std::ptrdiff_t>(first_child_[id]),
              children_.begin() + static_cast<std::ptrdiff_t>(first_child_[id + 1]), by_name);
}

void TreeCursor::find_shared_files() {
  for (const NodeId id : children_) {
    const PathNode& node = tree_.nodes()[id];
    if (node.content != node.written) shared_.try_emplace(node.content);
  }
}

void TreeCursor::enter(NodeId id) {
  levels_.push_back({.next = first_child_[id], .end = first_child_[id + 1], .path_size = path_.size()});
}

std::optional<TreeFile> TreeCursor::next() {
  if (!std::exchange(begun_, true)) {
    enter(kRoot);
    return describe(kRoot);
  }
  while (!levels_.empty() && levels_.back().next == levels_.back().end) levels_.pop_back();
  if (levels_.empty()) return std::nullopt;
  const NodeId id = children_[levels_.back().next++];
  path_.resize(levels_.back().path_size);
  if (!path_.empty()) path_ += '/';
  path_ += tree_.nodes().text(tree_.nodes()[id].name);
  enter(id);
  return describe(id);
}

TreeFile TreeCursor::describe(NodeId id) {
  const PathNode& node = tree_.nodes()[id];
  TreeFile file{.path = path_, .type = node.type, .link = tree_.nodes().text(node.link)};
  if (node.origin == PathNode::Origin::entry) file.entry = tree_.place_of(node.written);
  if (node.content != 0) file.content = tree_.place_of(node.content);
  file.first_name = first_name(node);
  return file;
}

std::string TreeCursor::first_name(const PathNode& node) {
  const auto shared = shared_.find(node.content);
  if (shared == shared_.end()) return {};
  if (!shared->second.empty()) return shared->second;
  shared->second = path_;
  return {};
}

}  // namespace occy::tree
