// An archive as a file without a name, for what reads files.
#pragma once

#include <filesystem>

#include "io/file.hpp"

namespace occy::test {

class ArchiveFile {
 public:
  explicit ArchiveFile(Block bytes)
      : file_(io::make_nameless_file(std::filesystem::temp_directory_path(), Side::input)) {
    file_.write_at(bytes, 0);
  }

  [[nodiscard]] const io::File& file() const noexcept { return file_; }

 private:
  io::File file_;
};

}  // namespace occy::test
