#include "support/tampered_archive.hpp"

#include <cstdio>
#include <stdexcept>

#include "tar/header.hpp"

namespace occy::test {

namespace {

constexpr std::size_t kSizeOffset = 124;
constexpr std::size_t kChecksumOffset = 148;

}  // namespace

void TamperedArchive::rename(const std::string& member, std::string_view name) {
  const auto header = header_of(member);
  bytes_.replace(header, 100, std::string(name) + std::string(100 - name.size(), '\0'));
  fix_checksum(header);
}

void TamperedArchive::resize(const std::string& member, int difference) {
  const auto header = header_of(member);
  char field[12];
  std::snprintf(field, sizeof field, "%011zo", size_of(header) + static_cast<std::size_t>(difference));
  bytes_.replace(header + kSizeOffset, sizeof field, field, sizeof field);
  fix_checksum(header);
}

void TamperedArchive::flip(const std::string& member, std::size_t offset) {
  auto& byte = bytes_.at(header_of(member) + tar::kBlock + offset);
  byte = static_cast<char>(byte ^ 1);
}

void TamperedArchive::replace_text(const std::string& member, std::string_view text) {
  const auto header = header_of(member);
  const auto size = size_of(header);
  if (text.size() > size) throw std::out_of_range("replace_text: longer than the member");
  bytes_.replace(header + tar::kBlock, size, std::string(text) + std::string(size - text.size(), ' '));
}

void TamperedArchive::append(const TarFile& file) {
  bytes_.resize(bytes_.size() - 2 * tar::kBlock);
  bytes_ += make_tar({file});
}

void TamperedArchive::break_checksum(const std::string& member) {
  auto& digit = bytes_[header_of(member) + kChecksumOffset + 5];
  digit = digit == '0' ? '1' : '0';
}

std::string TamperedArchive::text_of(const std::string& member) const {
  const auto header = header_of(member);
  return bytes_.substr(header + tar::kBlock, size_of(header));
}

std::size_t TamperedArchive::header_of(const std::string& member) const {
  std::size_t header = 0;
  while (bytes_.at(header) != '\0') {
    if (bytes_.compare(header, member.size() + 1, member.c_str(), member.size() + 1) == 0) return header;
    header += tar::kBlock + (size_of(header) + tar::kBlock - 1) / tar::kBlock * tar::kBlock;
  }
  throw std::out_of_range("no member " + member);
}

std::size_t TamperedArchive::size_of(std::size_t header) const {
  return std::stoull(bytes_.substr(header + kSizeOffset, 11), nullptr, 8);
}

void TamperedArchive::fix_checksum(std::size_t header) {
  bytes_.replace(header + kChecksumOffset, 8, "        ");
  unsigned sum = 0;
  for (const char c : bytes_.substr(header, tar::kBlock)) sum += static_cast<unsigned char>(c);
  char field[7];
  std::snprintf(field, sizeof field, "%06o", sum & 0777777U);
  bytes_.replace(header + kChecksumOffset, sizeof field, field, sizeof field);
}

}  // namespace occy::test
