// support/rewrite.hpp: a layer in memory, written again.
#pragma once

#include <filesystem>
#include <string>

#include "support/raw_tar.hpp"
#include "tar/layer_rewriter.hpp"

namespace occy::test {

struct Rewritten {
  std::string bytes = {};
  bool changed = false;
  std::optional<ParseError> error = {};

  /// The entries of the new layer; fails the test when it does not walk.
  [[nodiscard]] std::vector<Entry> entries() const;
};

/// Pushed in blocks of `block_size`.
[[nodiscard]] Rewritten rewrite(Block layer, tar::LayerRewriter::Decide decide, std::size_t block_size = 1'000'000,
                                const std::filesystem::path& spool_directory = "/nowhere");

[[nodiscard]] inline std::string text_of(Block bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace occy::test
