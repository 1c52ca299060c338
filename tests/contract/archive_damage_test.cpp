// Whichever bit of an archive is flipped: a full verification finds it, names the member in whose data it is, and is
// content with the archive as it was.
#include <algorithm>
#include <random>

#include "occy/outputs/tar.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "support/write_image.hpp"

using namespace occy;
using namespace occy::test;

namespace {

constexpr std::size_t kHeaderSize = 512;
constexpr std::size_t kSizeField = 124;
constexpr std::size_t kChecksumField = 148;
constexpr std::size_t kChecksumSize = 8;

/// Where a member's parts are.
struct Extent {
  std::string name;
  std::size_t header = 0;
  std::size_t size = 0;

  [[nodiscard]] std::size_t data() const { return header + kHeaderSize; }
};

std::vector<Extent> extents_of(const std::string& archive) {
  std::vector<Extent> extents;
  for (std::size_t at = 0; archive[at] != '\0';) {
    const std::size_t size = std::stoull(archive.substr(at + kSizeField, 11), nullptr, 8);
    extents.push_back({.name = archive.c_str() + at, .header = at, .size = size});
    at += kHeaderSize + (size + kHeaderSize - 1) / kHeaderSize * kHeaderSize;
  }
  return extents;
}

/// Beside it, findings may name what it leads to.
bool names(const CheckResults& results, const std::string& member) {
  return std::ranges::any_of(results.findings(), [&](const Finding& finding) {
    return finding.severity == Severity::error && finding.subject.find(member) != std::string::npos;
  });
}

std::string flipped(std::string bytes, std::size_t place, unsigned bit) {
  bytes[place] = static_cast<char>(bytes[place] ^ (1 << bit));
  return bytes;
}

}  // namespace

TEST_CASE("archives: a flipped bit is found by a full verification", "[contract]") {
  const auto form = GENERATE(TarWriterOptions::Form::docker, TarWriterOptions::Form::oci);
  const TempDir directory;
  MemoryInput input(make_usual_image());
  TarWriter output(directory / "image.tar", {.form = form});
  write_image(input, output);
  const std::string archive = read_file(directory / "image.tar");
  std::mt19937 random(3);

  for (const Extent& member : extents_of(archive)) {
    for (int time = 0; time < 12 && member.size > 0; ++time) {
      const std::size_t place = member.data() + random() % member.size;
      INFO(member.name << ": byte " << place - member.data());
      write_file(directory / "image.tar", flipped(archive, place, random() % 8));

      const CheckResults results = output.verify(VerifyLevel::full);

      CHECK(results.has_errors());
      CHECK(names(results, member.name));
    }
    for (int time = 0; time < 12; ++time) {
      const std::size_t offset = random() % kHeaderSize;
      if (offset >= kChecksumField && offset < kChecksumField + kChecksumSize) continue;
      INFO(member.name << ": byte " << offset << " of its header");
      write_file(directory / "image.tar", flipped(archive, member.header + offset, random() % 8));

      CHECK(output.verify(VerifyLevel::full).has_errors());
    }
  }
  write_file(directory / "image.tar", archive);
  CHECK(output.verify(VerifyLevel::full).find("verify.ok") != nullptr);
}
