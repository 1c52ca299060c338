// The walker and libarchive read the same broken archives. Where both accept one, they must see the same members: what
// two readers could see differently, the walker refuses.
#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/raw_tar.hpp"
#include "tar/archive_index.hpp"
#include "tar/judge.hpp"

using namespace occy;
using namespace occy::tar;
using test::Magic;
using test::pax_record;
using test::RawTar;

namespace {

class MemorySource final : public BlockSource {
 public:
  explicit MemorySource(Block bytes) : left_(bytes) {}
  Block next() override { return std::exchange(left_, {}); }

 private:
  Block left_;
};

// A prefix that ends with "/" gets another one in front of the name, from libarchive it does not: the same path.
std::string with_single_slashes(std::string path) {
  const auto both_slashes = [](char left, char right) { return left == '/' && right == '/'; };
  path.erase(std::unique(path.begin(), path.end(), both_slashes), path.end());
  return path;
}

std::string describe(const std::string& name, EntryType type, const std::string& link, std::uint64_t size) {
  return "\"" + with_single_slashes(name) + "\" type " + std::to_string(static_cast<int>(type)) + " -> \"" + link +
         "\" " + std::to_string(size) + "\n";
}

// libarchive takes types that it does not know for files, as POSIX wants; the walker says that they are others. Sparse
// files are others in a Member.
EntryType comparable(EntryType type) { return type == EntryType::other ? EntryType::file : type; }

// Nothing when the archive is refused.
std::optional<std::string> walked(Block archive) {
  const auto result = test::walk(archive);
  if (result.error) return {};
  std::string text;
  for (const auto& entry : result.entries)
    text +=
        describe(normalise_member_name(entry.path), comparable(entry.type),
                 entry.type == EntryType::hard_link ? normalise_member_name(entry.link) : entry.link, entry.real_size);
  return text;
}

std::optional<std::string> judged(Block archive) {
  MemorySource source(archive);
  const auto members = judge_archive(source, 1'000);
  if (!members) return {};
  std::string text;
  for (const auto& member : *members) text += describe(member.name, comparable(member.type), member.link, member.size);
  return text;
}

// Every dialect, so that every field is there to be broken.
std::vector<RawTar> seeds() {
  std::vector<RawTar> archives(5);
  archives[0].file("a/b", "data").header({.name = "d/", .type = '5'}).header({.name = "s", .type = '2', .link = "t"});
  archives[1].extension('x', pax_record("path", "long/name") + pax_record("size", "4") + pax_record("mtime", "1.5"));
  archives[1].file("n", "data").file("next", "more");
  archives[2].extension('L', std::string(120, 'n') + '\0').extension('K', std::string(120, 'k') + '\0');
  archives[2].header({.name = "l", .type = '1', .link = "x", .magic = Magic::gnu}).file("f", "y");
  archives[3].header({.name = "v7/", .type = '\0', .magic = Magic::v7}).header({.name = "c", .type = '3'});
  archives[3].extension('g', pax_record("comment", "c")).file("after", "z");
  archives[4].extension('x', pax_record("GNU.sparse.major", "1") + pax_record("GNU.sparse.minor", "0") +
                                 pax_record("GNU.sparse.name", "s") + pax_record("GNU.sparse.realsize", "100"));
  archives[4].file("GNUSparseFile.1/s", "1\n0\n4\n" + std::string(506, '\0') + "data").file("next", "x");
  for (auto& archive : archives) archive.end();
  return archives;
}

// Changes a few bytes anywhere, to values that mean something to a tar reader as often as to any; then makes checksums
// right again, or else no mutation would get past them.
void mutate(std::vector<std::byte>& bytes, std::mt19937& random) {
  using namespace std::string_view_literals;
  constexpr auto telling = "\0 /.0123457x=\n\x80\xff-LKgSu"sv;
  for (auto count = random() % 3 + 1; count > 0; --count) {
    const auto position = random() % (bytes.size() - 1024);
    const auto value = random() % 2 == 0 ? static_cast<char>(random() % 256) : telling[random() % telling.size()];
    const auto block_at = bytes.begin() + static_cast<std::ptrdiff_t>(position / kBlock * kBlock);
    HeaderBlock block{};
    std::copy_n(block_at, kBlock, block.begin());
    const bool was_header = checksum_matches(block);
    block[position % kBlock] = static_cast<std::byte>(value);
    if (was_header && random() % 16 != 0) put_checksum(block);
    std::copy(block.begin(), block.end(), block_at);
  }
}

}  // namespace

TEST_CASE("two readers: libarchive and the walker agree on every archive that both accept", "[tar]") {
  const auto archives = seeds();
  std::mt19937 random(20'240'601);  // the same mutations on every run
  int both = 0;
  int disagreements = 0;

  for (int round = 0; round < 20'000 && disagreements < 10; ++round) {
    auto archive = archives[static_cast<std::size_t>(round) % archives.size()];
    if (round >= 5) mutate(archive.mutable_bytes(), random);
    const auto ours = walked(archive.bytes());
    if (!ours) continue;
    const auto theirs = judged(archive.bytes());
    if (!theirs) continue;
    ++both;
    INFO("round " << round);
    CHECK(*ours == *theirs);
    disagreements += *ours != *theirs ? 1 : 0;
  }

  CHECK(both > 1'000);
}

TEST_CASE("two readers: both accept every seed", "[tar]") {
  for (const auto& archive : seeds()) {
    CHECK(walked(archive.bytes()).has_value());
    CHECK(judged(archive.bytes()).has_value());
  }
}
