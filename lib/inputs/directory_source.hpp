// inputs/directory_source.hpp: an image whose documents and layers are files of a directory.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "inputs/directory_members.hpp"
#include "inputs/examined_source.hpp"
#include "inputs/file_layers.hpp"

namespace occy {

/// What such a directory holds. A plain value.
struct DirectoryImage {
  ExaminedImage image;

  /// Each file once, lowest layer first.
  std::vector<FileLayer> files;
};

class DirectorySource final : public ExaminedSource {
 public:
  /// Reads the documents, no layer. Throws only when a file cannot be read.
  using Examine = std::function<DirectoryImage(const DirectoryMembers& members)>;

  DirectorySource(std::filesystem::path path, const Limits& limits, Examine examine)
      : ExaminedSource(path.string(), limits), path_(std::move(path)), examine_(std::move(examine)) {}

 private:
  ExaminedImage look() override;
  std::unique_ptr<LayerReader> open_layer(std::size_t number) override;

  std::filesystem::path path_;
  Examine examine_;
  std::optional<DirectoryMembers> members_;
  std::vector<FileLayer> files_;
};

}  // namespace occy
