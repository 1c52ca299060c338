// tree/attributes.hpp: owner, mode, times and extended attributes of what an entry becomes on disk.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "occy/entry.hpp"
#include "tree/remarks.hpp"

namespace occy::tree {

/// Sorted by name.
using Xattrs = std::vector<std::pair<std::string, std::string>>;

/// Whose files they become.
enum class Ownership {
  image,     ///< the image's owners; needs root
  recorded,  ///< the caller's; the image's owner, mode and type are recorded in user.containers.override_stat
};

/// What an entry becomes on disk.
struct Attributes {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint32_t mode = 0755;
  Time mtime = {};
  Xattrs xattrs = {};
};

/// Decides what of an entry's attributes goes to disk, and sets it.
class AttributeSetter {
 public:
  /// `remarks` is borrowed.
  AttributeSetter(Ownership ownership, Remarks& remarks) : ownership_(ownership), remarks_(remarks) {}

  /// Throws Error: an owner that no file can have (Errc::bad_archive), an xattr over the kernel's limits (Errc::limit).
  [[nodiscard]] Attributes of(const Entry& entry, std::string_view path) const;

  /// Of a directory that no entry describes: root's, 0755, and the time of its making.
  [[nodiscard]] Attributes of_implicit_directory(std::string_view path) const;

  /// In an order in which none undoes another: owner, xattrs, mode, times. An xattr that the file system does not take
  /// is noted and leaves `attributes`. `shown` is the whole path, `path` the one below the root.
  void set_on_file(int file, Attributes& attributes, const std::string& shown, std::string_view path) const;

  /// Owner and xattrs of a directory: its mode and time are set when nothing more is written into it.
  void begin_directory(int directory, Attributes& attributes, const std::string& shown, std::string_view path) const;
  void end_directory(int directory, const Attributes& attributes, const std::string& shown) const;

  /// Of a link, a device or a fifo, by its name: opening one could do something.
  void set_on_name(int directory, const std::string& name, EntryType type, Attributes& attributes,
                   const std::string& shown, std::string_view path) const;

  [[nodiscard]] Ownership ownership() const noexcept { return ownership_; }

 private:
  using SetXattr = std::function<int(const char* name, const std::string& value)>;
  void set_xattrs(const SetXattr& set, Attributes& attributes, const std::string& shown, std::string_view path) const;
  void set_xattrs(int descriptor, Attributes& attributes, const std::string& shown, std::string_view path) const;
  void record_owner(EntryType type, const Entry& entry, Attributes& attributes, std::string_view path) const;

  Ownership ownership_;
  Remarks& remarks_;
};

}  // namespace occy::tree
