#include "entry_words.hpp"

#include <array>
#include <cinttypes>
#include <cstdio>

namespace occy::cli {

std::string word_of(EntryType type) {
  switch (type) {
    case EntryType::file:
      return "file";
    case EntryType::hard_link:
      return "hard-link";
    case EntryType::symbolic_link:
      return "symbolic-link";
    case EntryType::character_device:
      return "character-device";
    case EntryType::block_device:
      return "block-device";
    case EntryType::directory:
      return "directory";
    case EntryType::fifo:
      return "fifo";
    case EntryType::other:
      break;
  }
  return "other";
}

std::string mode_text(std::uint32_t mode) {
  std::array<char, 16> text{};
  const int size = std::snprintf(text.data(), text.size(), "%04" PRIo32, mode);
  return {text.data(), static_cast<std::size_t>(size)};
}

std::string mtime_text(const Time& time) {
  std::array<char, 40> text{};
  const int size = std::snprintf(text.data(), text.size(), "%" PRId64 ".%09" PRIu32, time.seconds, time.nanoseconds);
  return {text.data(), static_cast<std::size_t>(size)};
}

std::string device_text(const FileState& file) {
  return std::to_string(file.device_major) + ":" + std::to_string(file.device_minor);
}

}  // namespace occy::cli
