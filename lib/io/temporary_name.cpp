#include "io/temporary_name.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <random>

#include "io/descriptor.hpp"

namespace occy::io {
namespace {

// Encrypted file systems allow as few as 143 bytes in a name; dots, the random part and the ending take 22.
constexpr std::size_t kPrefixLimit = 100;

/// Cuts between characters: some file systems refuse names that are not UTF-8.
std::string_view shortened(std::string_view prefix) {
  if (prefix.size() <= kPrefixLimit) return prefix;
  std::size_t size = kPrefixLimit;
  while (size > 0 && (static_cast<unsigned char>(prefix[size]) & 0xc0U) == 0x80U) --size;
  return prefix.substr(0, size);
}

std::string random_digits() {
  std::random_device random;
  std::array<char, 17> digits{};
  std::snprintf(digits.data(), digits.size(), "%08x%08x", random(), random());
  return digits.data();
}

std::string temporary_name(std::string_view prefix) {
  return "." + std::string(shortened(prefix)) + "." + random_digits() + ".tmp";
}

constexpr int kAttempts = 100;

}  // namespace

TemporaryFile create_temporary(int directory, std::string_view prefix) {
  TemporaryFile file;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    file.name = temporary_name(prefix);
    const int opened = ::openat(directory, file.name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    file.descriptor = above_standard_streams(opened);
    if (opened >= 0 || errno != EEXIST) return file;
  }
  return file;
}

std::string create_temporary_directory(int directory, std::string_view prefix, mode_t mode) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    std::string name = temporary_name(prefix);
    if (::mkdirat(directory, name.c_str(), mode) == 0) return name;
    if (errno != EEXIST) break;
  }
  return {};
}

}  // namespace occy::io
