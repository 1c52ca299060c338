// pipeline/diff_files.hpp: holds the files of two final trees against each other.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "occy/diff.hpp"
#include "pipeline/diff_reading.hpp"
#include "tree/merged_tree.hpp"
#include "tree/tree_cursor.hpp"

namespace occy::pipeline {

/// A final tree, and the notes of its layers in their order. Notes are borrowed.
struct NotedTree {
  tree::MergedTree tree;
  std::vector<const LayerNotes*> layers;
  std::vector<Digest> diff_ids;
};

/// Throws Error (Errc::not_found, with `source` as its subject) when a layer of the config never came.
[[nodiscard]] NotedTree merge_layers(const ImageConfig& config, const LayerStore& store, const std::string& source,
                                     const Limits& limits);

/// Both are borrowed.
class FileComparison {
 public:
  FileComparison(const NotedTree& a, const NotedTree& b, std::vector<DiffAspect> ignore)
      : a_(a), b_(b), ignore_(std::move(ignore)) {}

  /// The contents that must be compared and are not known, by the layers of either image.
  [[nodiscard]] WantedContents wanted_contents() const;

  /// Shows every file that differs, in the order of paths.
  void run(const std::function<void(const FileDifference&)>& show) const;

 private:
  using OnPair = std::function<void(const tree::TreeFile* a, const tree::TreeFile* b)>;

  void for_each_pair(const OnPair& on_pair) const;
  [[nodiscard]] std::vector<DiffAspect> aspects(const tree::TreeFile& a, const tree::TreeFile& b) const;
  [[nodiscard]] bool must_compare_content(const tree::TreeFile& a, const tree::TreeFile& b) const;

  const NotedTree& a_;
  const NotedTree& b_;
  std::vector<DiffAspect> ignore_;
};

}  // namespace occy::pipeline
