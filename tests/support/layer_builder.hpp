// support/layer_builder.hpp: layers of all that a layer may hold, one line for each entry.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "occy/entry.hpp"

namespace occy::test {

/// Entries get root as their owner, mode 0644 (directories 0755) and second 1'000'000'000, unless they say otherwise.
class LayerBuilder {
 public:
  /// As it is, with its data.
  LayerBuilder& add(Entry entry, std::string_view content = {});

  LayerBuilder& file(std::string path, std::string_view content = {}, std::uint64_t mode = 0644);
  LayerBuilder& directory(std::string path, std::uint64_t mode = 0755);
  LayerBuilder& symbolic_link(std::string path, std::string target);
  LayerBuilder& hard_link(std::string path, std::string target);

  /// Blocks that somebody else has made: headers that the encoder would not write.
  LayerBuilder& raw(std::string_view bytes);

  /// The archive with its end.
  [[nodiscard]] std::string tar() const;

 private:
  std::string bytes_;
};

/// A new entry with the values that LayerBuilder gives.
[[nodiscard]] Entry entry_of(EntryType type, std::string path, std::uint64_t mode = 0644);

/// A file with an extended attribute.
[[nodiscard]] Entry with_xattr(Entry entry, const std::string& name, std::string value);

}  // namespace occy::test
