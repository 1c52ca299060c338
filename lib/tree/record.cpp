#include "tree/record.hpp"

#include <algorithm>

namespace occy::tree {

Node node_of(EntryType type, const Attributes& attributes) noexcept {
  Node node{.type = type};
  node.mode = attributes.mode;
  node.uid = attributes.uid;
  node.gid = attributes.gid;
  return node;
}

void Record::add(std::string_view path, const Node& node, const Xattrs& xattrs) {
  ++counts_.at(static_cast<std::size_t>(node.type));
  if (depth_ == RecordDepth::counts) return;
  Node& kept = nodes_[std::string(path)];
  kept = node;
  kept.xattrs = number_of(xattrs);
}

void Record::add_link(std::string_view path, std::string_view target, EntryType type) {
  ++counts_.at(static_cast<std::size_t>(type));
  if (depth_ == RecordDepth::counts) return;
  const auto found = nodes_.find(target);
  if (found == nodes_.end()) return;
  Node& first = found->second;
  if (first.link_group == 0) first.link_group = ++link_groups_;
  nodes_.insert_or_assign(std::string(path), Node(first));
}

void Record::remove(std::string_view path, EntryType type) {
  --counts_.at(static_cast<std::size_t>(type));
  if (const auto found = nodes_.find(path); found != nodes_.end()) nodes_.erase(found);
}

void Record::set_root(const Node& node, const Xattrs& xattrs) {
  root_ = node;
  root_.xattrs = number_of(xattrs);
}

void Record::add_xattr(std::string_view path, const std::string& name, const std::string& value) {
  const auto found = nodes_.find(path);
  if (!path.empty() && found == nodes_.end()) return;
  Node& node = path.empty() ? root_ : found->second;
  Xattrs xattrs = *xattr_sets_.at(node.xattrs);
  std::erase_if(xattrs, [&](const auto& xattr) { return xattr.first == name; });
  xattrs.emplace_back(name, value);
  std::sort(xattrs.begin(), xattrs.end());
  node.xattrs = number_of(xattrs);
}

const Node* Record::find(std::string_view path) const {
  const auto found = nodes_.find(path);
  return found == nodes_.end() ? nullptr : &found->second;
}

// Sets repeat: most files have none, and many the same.
std::uint32_t Record::number_of(const Xattrs& xattrs) {
  const auto [found, is_new] = xattr_numbers_.try_emplace(xattrs, static_cast<std::uint32_t>(xattr_sets_.size()));
  if (is_new) xattr_sets_.push_back(&found->first);
  return found->second;
}

}  // namespace occy::tree
