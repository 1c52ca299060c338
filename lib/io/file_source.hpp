// io/file_source.hpp: bytes of a file or a descriptor as a BlockSource.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "io/file.hpp"
#include "occy/layer.hpp"

namespace occy::io {

/// `size` bytes of a file from `offset`, in blocks of kBlockSize. The file is borrowed. Throws Errc::size_mismatch when
/// it ends before.
class FileRangeSource final : public BlockSource {
 public:
  FileRangeSource(const File& file, std::uint64_t offset, std::uint64_t size);

  Block next() override;

  /// Passes over bytes behind the last block, unread. Who does so wants little of what follows: the next block is a
  /// small one, and they grow again as long as nothing is passed over. Over the end is Errc::size_mismatch at the next
  /// call of next().
  void skip(std::uint64_t bytes) noexcept;

 private:
  static constexpr std::size_t kSmallBlock = std::size_t{4} * 1024;

  const File& file_;
  std::size_t block_size_ = kBlockSize;
  bool passed_end_ = false;
  std::uint64_t offset_;
  std::uint64_t left_;
  std::vector<std::byte> buffer_;
};

/// Everything that a descriptor (a pipe, a terminal) still has. The descriptor is borrowed.
class DescriptorSource final : public BlockSource {
 public:
  DescriptorSource(int descriptor, std::string name, Side side);

  Block next() override;

 private:
  int descriptor_;
  std::string name_;
  Side side_;
  std::vector<std::byte> buffer_;
};

}  // namespace occy::io
