// support/extracted_tree.hpp: a fresh tree for a test of what layers become on disk.
#pragma once

#include <sys/stat.h>

#include <string>
#include <vector>

#include "support/layer_builder.hpp"
#include "support/temp_dir.hpp"
#include "support/tree_listing.hpp"
#include "tree/extractor.hpp"

namespace occy::test {

/// Extracts into a directory of its own, beside a canary that must stay what it is. By the kernel's descent and by
/// components, whichever the test's section says.
class ExtractedTree {
 public:
  explicit ExtractedTree(tree::ExtractorOptions options = {.ownership = tree::default_ownership()});

  /// Lays one layer onto the tree.
  ExtractedTree& layer(const LayerBuilder& layer) { return layer_bytes(layer.tar()); }

  /// In pieces of `piece` bytes.
  ExtractedTree& layer_bytes(const std::string& bytes, std::size_t piece = 100'000);

  /// Ends the extraction; then what is there, as list_tree() shows it.
  std::string listing();

  [[nodiscard]] std::filesystem::path path(std::string_view name = {}) const { return root_ / name; }
  [[nodiscard]] struct stat status(std::string_view name) const;

  /// Whether what lies beside the root is as it was.
  [[nodiscard]] bool canary_lives() const;

  [[nodiscard]] tree::Extractor& extractor() noexcept { return extractor_; }

 private:
  TempDir directory_;
  std::filesystem::path root_;
  tree::Extractor extractor_;
};

/// Options for this run of a test that is repeated for each descent.
[[nodiscard]] tree::ExtractorOptions any_descent();

}  // namespace occy::test
