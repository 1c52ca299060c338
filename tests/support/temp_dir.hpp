// support/temp_dir.hpp: a directory of its own for a test.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace occy::test {

/// A new, empty directory below the system's temporary one; it and all in it is gone when the object is.
class TempDir {
 public:
  TempDir();
  /// Where other users may go and list, for a test that becomes one: a TMPDIR may be private.
  [[nodiscard]] static TempDir for_every_user();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir();

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  [[nodiscard]] std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

  /// The names in it, sorted: to see that nothing was left behind.
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  TempDir(const std::filesystem::path& parent, std::filesystem::perms mode);

  std::filesystem::path path_;
};

/// Writes a whole file; returns its path.
std::filesystem::path write_file(const std::filesystem::path& path, std::string_view content);

/// The whole content of a file.
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

}  // namespace occy::test
