// io/file.hpp: a file descriptor that knows its path and its side, so that every failure names both.
//
// Every call retries EINTR and short reads and writes; every failure is an Error: Errc::io with the system's words.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "occy/digest.hpp"
#include "occy/error.hpp"

namespace occy::io {

/// How many bytes the loops of this library move at once: large enough that system calls vanish, small enough for the
/// second-level cache, where hashing finds them again.
inline constexpr std::size_t kBlockSize = std::size_t{256} * 1024;

/// How much a writer lets pile up before start_write_back(). The kernel alone begins late, and sync() waits for all of
/// it. Measured with 1 GiB, 14 pairs of runs on a busy machine: publishing took 0.50 s instead of 1.08 s, the whole
/// 0.96 times as long, the same processor time. With 8 MiB nothing was gained.
inline constexpr std::uint64_t kWriteBackSize = std::uint64_t{16} << 20U;

/// What tells whether a file was changed while it was read.
struct FileStamp {
  std::uint64_t size = 0;
  std::int64_t mtime_nanoseconds = 0;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;

  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

/// Owns one descriptor. Distinct objects are independent; read_at() and write_at() may be called by several threads at
/// once.
class File {
 public:
  /// Takes over an open descriptor.
  File(int descriptor, std::filesystem::path path, Side side) noexcept;
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  ~File();

  /// Opens an existing regular file for reading. Throws Errc::not_found when there is none, Errc::io when it cannot be
  /// opened or is no regular file (a directory, a device, a fifo: the message says which). Never blocks on a fifo.
  [[nodiscard]] static File open_to_read(const std::filesystem::path& path, Side side);

  /// Reads until `into` is full or the file ends; returns how many bytes were read.
  std::size_t read_at(std::span<std::byte> into, std::uint64_t offset) const;

  /// Fills `into`. Throws Errc::size_mismatch when the file ends before.
  void read_exactly_at(std::span<std::byte> into, std::uint64_t offset) const;

  void write_at(Block bytes, std::uint64_t offset);

  /// Makes sure that the first `size` bytes have room on the disk, so that a full disk is found before anything is
  /// read, and writing does not have to find places. Does nothing on file systems that cannot promise it.
  void reserve(std::uint64_t size);

  /// Cuts or extends.
  void resize(std::uint64_t size);

  /// Asks the kernel to begin writing this range to disk, so that sync() has little left to do. A hint: cannot fail.
  void start_write_back(std::uint64_t offset, std::uint64_t size) noexcept;

  /// Returns when data and size are safe on disk.
  void sync();

  [[nodiscard]] FileStamp stamp() const;
  [[nodiscard]] std::uint64_t size() const { return stamp().size; }
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  [[nodiscard]] Side side() const noexcept { return side_; }

 private:
  int descriptor_;
  std::filesystem::path path_;
  Side side_;
};

/// A file without a name in `directory`; it is gone when it is closed. Throws Error (side) when none can be made.
[[nodiscard]] File make_nameless_file(const std::filesystem::path& directory, Side side);

/// Error: Errc::io with strerror(`error_number`), or Errc::not_found for ENOENT.
[[noreturn]] void throw_system_error(int error_number, Side side, const std::filesystem::path& path, const char* what);

}  // namespace occy::io
