// pipeline/flat_layer.hpp: writes those entries of one layer that are files of the final tree.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/plain_content.hpp"
#include "tree/entry_stream.hpp"

namespace occy::pipeline {

/// A path of the final tree, and the entry of the layer that holds its file.
struct FlatName {
  std::size_t ordinal;
  std::string path;
};

class FlatLayer final : public tree::EntryTaker {
 public:
  /// `names`: by ordinal; the first of one ordinal becomes the file, the others hard links to it.
  FlatLayer(const std::vector<FlatName>& names, const std::string& layer, const Limits& limits,
            std::function<void(Block)> write);
  FlatLayer(const FlatLayer&) = delete;
  FlatLayer& operator=(const FlatLayer&) = delete;

  void begin_entry(const Entry& entry, std::span<const tar::SparseRun> runs) override;
  void take_data(Block bytes) override;
  void end_entry() override;

 private:
  void put(const Entry& entry) const;

  const std::vector<FlatName>& names_;
  std::function<void(Block)> write_;
  PlainContent content_;
  std::size_t ordinal_ = 0;
  std::size_t next_name_ = 0;
  Entry entry_;  // as it is written
  enum class Data { write, leave } data_ = Data::leave;
};

}  // namespace occy::pipeline
