#include "support/archive_members.hpp"

#include <algorithm>
#include <stdexcept>

#include "tar/header.hpp"

namespace occy::test {

ArchiveMembers archive_members(const std::string& archive) {
  ArchiveMembers members;
  std::size_t at = 0;
  while (at < archive.size() && archive[at] != '\0') {
    const auto size = std::stoull(archive.substr(at + 124, 11), nullptr, 8);
    members.emplace_back(archive.c_str() + at, archive.substr(at + tar::kBlock, size));
    at += tar::kBlock + (size + tar::kBlock - 1) / tar::kBlock * tar::kBlock;
  }
  if (archive.substr(std::min(at, archive.size())) != std::string(2 * tar::kBlock, '\0'))
    throw std::runtime_error("archive_members: not ended by two zero blocks");
  return members;
}

}  // namespace occy::test
