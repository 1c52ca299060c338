// outputs/store_file.hpp: one file of a store on its way, under a temporary name.
#pragma once

#include <cstdint>
#include <string>

#include "io/file.hpp"

namespace occy::outputs {

/// Destroyed before it got its name, it is gone.
class StoreFile {
 public:
  /// Makes a file in `directory`, which is borrowed. Throws Error (side: output).
  explicit StoreFile(const io::File& directory);
  StoreFile(const StoreFile&) = delete;
  StoreFile& operator=(const StoreFile&) = delete;
  ~StoreFile();

  void write(Block bytes);
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

  /// Brings the file to disk and gives it the name, in a directory below the one it was made in, which must be there.
  void rename_to(const std::string& name);

  /// Device, inode and size, by which a renamed file is known again.
  [[nodiscard]] io::FileStamp stamp() const { return file_.stamp(); }

 private:
  const io::File& directory_;
  std::string name_;
  io::File file_;
  std::uint64_t size_ = 0;
  std::uint64_t handed_over_ = 0;
};

}  // namespace occy::outputs
