// outputs/store_publication.hpp: many files become visible in a directory that others read and write.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "io/file.hpp"

namespace occy::outputs {

/// Moves files from a working directory into a store of the same file system, each by a rename. Destroyed before
/// commit(), it puts everything back as it was: new names are removed, replaced files return.
///
/// Before: nobody else publishes there (StoreLock).
class StorePublication {
 public:
  /// Both are borrowed.
  StorePublication(const io::File& from, const io::File& to) : from_(from), to_(to) {}
  StorePublication(const StorePublication&) = delete;
  StorePublication& operator=(const StorePublication&) = delete;
  ~StorePublication();

  /// Moves the file `name` ("blobs/sha256/3f…") to the same name in the store, making directories on the way. Follows
  /// no symbolic link.
  void move(const std::string& name);

  /// Brings every name that was made so far to disk.
  void sync() const;

  /// From here on it stays.
  void commit() noexcept { committed_ = true; }

 private:
  struct Moved {
    std::string name;
    std::string saved;  ///< where the replaced file is, in the working directory; empty when the name was free
  };

  void make_directories(const std::string& name);
  [[nodiscard]] bool exchange(const std::string& name);
  [[nodiscard]] std::string save(const std::string& name);
  void take_back(const Moved& moved) const noexcept;

  const io::File& from_;
  const io::File& to_;
  std::vector<Moved> moved_;
  std::vector<std::string> made_;
  bool committed_ = false;
};

/// The directories in which the file `name` stands, outermost first: "" for the root.
[[nodiscard]] std::vector<std::string> directories_of(const std::string& name);

/// Makes `name` in the directory unless it is there.
void make_directory(const io::File& directory, const std::string& name);

}  // namespace occy::outputs
