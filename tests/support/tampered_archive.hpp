// support/tampered_archive.hpp: changes one thing in an archive and leaves everything else, checksums too, in order.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "support/image_builder.hpp"

namespace occy::test {

/// An archive of ustar headers in memory. Functions throw std::out_of_range when there is no such member.
class TamperedArchive {
 public:
  explicit TamperedArchive(std::string bytes) : bytes_(std::move(bytes)) {}

  [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }

  void rename(const std::string& member, std::string_view name);

  /// Changes the size field by `difference`; the walk stays in step only within the same number of blocks.
  void resize(const std::string& member, int difference);

  /// Makes the data's byte at `offset` another one.
  void flip(const std::string& member, std::size_t offset);

  /// Puts other text in the member's place, filled up with spaces to the same size.
  void replace_text(const std::string& member, std::string_view text);

  /// Adds a member at the end.
  void append(const TarFile& file);

  void break_checksum(const std::string& member);
  void cut(std::size_t size) { bytes_.resize(size); }

  [[nodiscard]] std::string text_of(const std::string& member) const;

 private:
  [[nodiscard]] std::size_t header_of(const std::string& member) const;
  [[nodiscard]] std::size_t size_of(std::size_t header) const;
  void fix_checksum(std::size_t header);

  std::string bytes_;
};

}  // namespace occy::test
