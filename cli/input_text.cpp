#include "input_text.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "occy/error.hpp"

namespace occy::cli {
namespace {

// Closes what it opened; standard input stays.
class TextSource {
 public:
  explicit TextSource(const std::string& file)
      : name_(file == "-" ? "standard input" : file),
        descriptor_(file == "-" ? STDIN_FILENO : ::open(file.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (descriptor_ < 0) refuse(errno);
  }
  TextSource(const TextSource&) = delete;
  TextSource& operator=(const TextSource&) = delete;
  ~TextSource() {
    if (descriptor_ != STDIN_FILENO) ::close(descriptor_);
  }

  std::string read(std::size_t most) {
    std::string text;
    std::array<char, 16384> block{};
    while (true) {
      const ssize_t size = ::read(descriptor_, block.data(), block.size());
      if (size < 0 && errno == EINTR) continue;
      if (size < 0) refuse(errno);
      if (size == 0) return text;
      text.append(block.data(), static_cast<std::size_t>(size));
      if (text.size() > most)
        throw Error(Errc::limit, Side::usage,
                    {.subject = name_, .what = "too long", .expected = "at most " + std::to_string(most) + " bytes"});
    }
  }

 private:
  [[noreturn]] void refuse(int error_number) const {
    throw Error(Errc::io, Side::usage, {.subject = name_, .what = "cannot read", .found = std::strerror(error_number)});
  }

  std::string name_;
  int descriptor_;
};

}  // namespace

std::string read_text(const std::string& file, std::size_t most) { return TextSource(file).read(most); }

}  // namespace occy::cli
