// io/spool.hpp: bytes that wait until somebody asks for them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "io/file.hpp"

namespace occy::io {

/// Appended to at its end, read anywhere. In memory as long as it is small; then in a file without a name.
class Spool {
 public:
  static constexpr std::size_t kMemory = 4 * kBlockSize;

  /// The directory is not looked at before a file is needed. Errors have `side`.
  Spool(std::filesystem::path directory, Side side) : directory_(std::move(directory)), side_(side) {}

  void append(Block bytes);

  /// Writes over bytes that were appended.
  void overwrite(std::uint64_t offset, Block bytes);

  /// Before: all of them were appended.
  void read(std::uint64_t offset, std::span<std::byte> into) const;

  [[nodiscard]] std::uint64_t size() const noexcept { return in_file_ + end_.size(); }

 private:
  void move_to_file();

  /// How many of `size` bytes from `offset` are in the file; the rest is at end_position().
  [[nodiscard]] std::size_t part_in_file(std::uint64_t offset, std::size_t size) const noexcept;
  [[nodiscard]] std::ptrdiff_t end_position(std::uint64_t offset) const noexcept;

  std::filesystem::path directory_;
  Side side_;
  std::optional<File> file_;
  std::uint64_t in_file_ = 0;
  std::vector<std::byte> end_;  ///< what is not in the file
};

}  // namespace occy::io
