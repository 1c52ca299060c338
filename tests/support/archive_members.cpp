#include "support/archive_members.hpp"

#include <algorithm>
#include <stdexcept>

namespace occy::test {
namespace {

constexpr std::size_t kTarBlock = 512;

}  // namespace

ArchiveMembers archive_members(const std::string& archive) {
  ArchiveMembers members;
  std::size_t at = 0;
  while (at < archive.size() && archive[at] != '\0') {
    const auto size = std::stoull(archive.substr(at + 124, 11), nullptr, 8);
    members.emplace_back(archive.c_str() + at, archive.substr(at + kTarBlock, size));
    at += kTarBlock + (size + kTarBlock - 1) / kTarBlock * kTarBlock;
  }
  if (archive.substr(std::min(at, archive.size())) != std::string(2 * kTarBlock, '\0'))
    throw std::runtime_error("archive_members: not ended by two zero blocks");
  return members;
}

}  // namespace occy::test
