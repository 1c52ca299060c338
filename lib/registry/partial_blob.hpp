// registry/partial_blob.hpp: a file that grows over several runs, and of one process at a time.
#pragma once

#include <filesystem>
#include <optional>

#include "io/file.hpp"

namespace occy::registry {

/// Holds the file's lock as long as it lives. What is not published stays for the next run.
class PartialBlob {
 public:
  /// Opens `path`, or makes it. Missing: another has it. Throws Error (side: input).
  [[nodiscard]] static std::optional<PartialBlob> lock(const std::filesystem::path& path);

  [[nodiscard]] io::File& file() noexcept { return file_; }

  /// Syncs it, and gives it its final name. Throws Error (side: input).
  void publish(const std::filesystem::path& final_path);

  /// Removes its name.
  void discard() noexcept;

 private:
  explicit PartialBlob(io::File file) : file_(std::move(file)) {}

  io::File file_;
};

}  // namespace occy::registry
