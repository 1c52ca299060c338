#include "inputs/directory_source.hpp"

#include <utility>

namespace occy {

ExaminedImage DirectorySource::look() {
  auto directory = open_source_directory(path_);
  if (!directory) return {.faults = {directory.error()}};
  members_.emplace(std::move(*directory), name(), limits());
  auto [image, files] = examine_(*members_);
  files_ = std::move(files);
  return std::move(image);
}

std::unique_ptr<LayerReader> DirectorySource::open_layer(std::size_t number) {
  return number < files_.size() ? open_file_layer(*members_, files_[number]) : nullptr;
}

}  // namespace occy
