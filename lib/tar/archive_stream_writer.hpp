// tar/archive_stream_writer.hpp: writes a tar archive forward only, for places that cannot be patched afterwards: a
// socket, a pipe. So a member's size is said before its bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "occy/digest.hpp"
#include "occy/error.hpp"

namespace occy::tar {

/// One archive. Members are regular files of mode 0644 that belong to root and were changed in 1970, so that the bytes
/// depend on names and contents alone. Errors of `put` pass through; afterwards the archive cannot be continued.
class ArchiveStreamWriter {
 public:
  /// Takes the archive's bytes as they come about.
  using Put = std::function<void(Block)>;

  explicit ArchiveStreamWriter(Put put) : put_(std::move(put)) {}

  /// Begins a member; the one before was ended.
  void begin_member(std::string name, std::uint64_t size);

  /// The member's next bytes. Throws Errc::size_mismatch (side: output) when they are more than it was to have, before
  /// any of this block is put.
  void write(Block bytes);

  /// Pads the member. Throws Errc::size_mismatch (side: output) when bytes are missing.
  void end_member();

  /// Ends a member of which bytes are missing: with zeros in their place.
  void fill_member();

  /// A whole member.
  void add_member(std::string name, std::string_view content);

  /// Puts the end-of-archive marker.
  void end_archive();

 private:
  [[noreturn]] void refuse_size(std::uint64_t found) const;

  Put put_;
  std::string name_;
  std::uint64_t size_ = 0;
  std::uint64_t left_ = 0;
};

}  // namespace occy::tar
