#include "registry/blob_cache.hpp"

#include "registry/partial_blob.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/memory_source.hpp"
#include "support/temp_dir.hpp"

using namespace occy;
using namespace occy::registry;
using namespace occy::test;

namespace {

const std::string kText = "the bytes of a blob, of which some are kept";
const Descriptor kWanted{.media_type = {}, .digest = sha256(kText), .size = kText.size()};

/// Gives the rest, and remembers from where.
struct Fetches {
  std::vector<std::uint64_t> offsets = {};
  std::string bytes = kText;

  BlobCache::Fetch fetch() {
    return [this](std::uint64_t offset) -> std::unique_ptr<BlockSource> {
      offsets.push_back(offset);
      return std::make_unique<MemorySource>(bytes.substr(offset), 5);
    };
  }
};

std::filesystem::path file_in(const TempDir& directory, const char* suffix = "") {
  return directory / ("blobs/sha256/" + kWanted.digest.hex() + suffix);
}

}  // namespace

TEST_CASE("blob cache: a blob is fetched once", "[registry]") {
  const TempDir directory;
  const BlobCache cache(directory.path());
  Fetches fetches;

  CHECK(drain(*cache.open(kWanted, fetches.fetch())) == kText);
  CHECK(drain(*cache.open(kWanted, fetches.fetch())) == kText);
  CHECK(fetches.offsets == std::vector<std::uint64_t>{0});
  CHECK(read_file(file_in(directory)) == kText);
  CHECK_FALSE(std::filesystem::exists(file_in(directory, ".part")));
}

TEST_CASE("blob cache: a stop request ends the proof of a blob, which stays", "[registry]") {
  const TempDir directory;
  std::stop_source stop;
  const BlobCache cache(directory.path(), stop.get_token());
  Fetches fetches;
  (void)drain(*cache.open(kWanted, fetches.fetch()));
  stop.request_stop();

  CHECK(error_of([&] { (void)cache.open(kWanted, fetches.fetch()); }).code() == Errc::cancelled);
  CHECK(read_file(file_in(directory)) == kText);
}

TEST_CASE("blob cache: the end of a blob that is whole", "[registry]") {
  const TempDir directory;
  const BlobCache cache(directory.path());
  Fetches fetches;
  CHECK_FALSE(cache.read_end(kWanted, 4).has_value());
  (void)drain(*cache.open(kWanted, fetches.fetch()));
  CHECK(cache.read_end(kWanted, 4) == "kept");
  write_file(file_in(directory), kText + "!");
  CHECK_FALSE(cache.read_end(kWanted, 4).has_value());
}

TEST_CASE("blob cache: one that broke off goes on", "[registry]") {
  const TempDir directory;
  const BlobCache cache(directory.path());
  Fetches fetches;
  {
    const auto broken = cache.open(kWanted, fetches.fetch());
    CHECK(broken->next().size() == 5);
    CHECK(broken->next().size() == 5);
  }

  CHECK(drain(*cache.open(kWanted, fetches.fetch())) == kText);
  CHECK(fetches.offsets == std::vector<std::uint64_t>{0, 10});
}

TEST_CASE("blob cache: what is wrong is dropped and fetched again", "[registry]") {
  const TempDir directory;
  const BlobCache cache(directory.path());
  Fetches fetches;
  const auto wrong = GENERATE_COPY(std::string(kText.size(), 'x'), std::string("short"), std::string());
  write_file(file_in(directory), wrong);

  CHECK(drain(*cache.open(kWanted, fetches.fetch())) == kText);
  CHECK(read_file(file_in(directory)) == kText);
}

TEST_CASE("blob cache: a wrong beginning is found out, and the next run is good", "[registry]") {
  const TempDir directory;
  const BlobCache cache(directory.path());
  Fetches fetches;
  write_file(file_in(directory, ".part"), "The bytes");

  CHECK(error_of([&] { (void)drain(*cache.open(kWanted, fetches.fetch())); }).code() == Errc::digest_mismatch);
  CHECK_FALSE(std::filesystem::exists(file_in(directory)));
  CHECK(drain(*cache.open(kWanted, fetches.fetch())) == kText);
  CHECK(fetches.offsets == std::vector<std::uint64_t>{9, 0});
}

TEST_CASE("blob cache: wrong bytes from the registry are not kept", "[registry]") {
  const TempDir directory;
  const BlobCache cache(directory.path());
  Fetches fetches{.bytes = std::string(kText.size(), 'x')};

  CHECK(drain(*cache.open(kWanted, fetches.fetch())) == fetches.bytes);  // whoever reads it proves it
  CHECK_FALSE(std::filesystem::exists(file_in(directory)));
  CHECK_FALSE(std::filesystem::exists(file_in(directory, ".part")));
}

TEST_CASE("blob cache: a beginning that is too long is none", "[registry]") {
  const TempDir directory;
  const BlobCache cache(directory.path());
  Fetches fetches;
  write_file(file_in(directory, ".part"), kText + "x");
  CHECK(drain(*cache.open(kWanted, fetches.fetch())) == kText);
}

TEST_CASE("blob cache: what another is fetching is fetched beside it", "[registry]") {
  const TempDir directory;
  const BlobCache cache(directory.path());
  Fetches fetches;
  const auto first = cache.open(kWanted, fetches.fetch());
  CHECK(first->next().size() == 5);

  CHECK(drain(*cache.open(kWanted, fetches.fetch())) == kText);
  CHECK(drain(*first) == kText.substr(5));
  CHECK(read_file(file_in(directory)) == kText);
}

TEST_CASE("blob cache: a link in the place of a blob is not followed", "[registry]") {
  const TempDir directory;
  const BlobCache cache(directory.path());
  Fetches fetches;
  write_file(directory / "elsewhere", "untouched");
  std::filesystem::create_symlink(directory / "elsewhere", file_in(directory, ".part"));

  CHECK(error_of([&] { (void)cache.open(kWanted, fetches.fetch()); }).code() == Errc::io);
  CHECK(read_file(directory / "elsewhere") == "untouched");
}

TEST_CASE("blob cache: a directory that cannot be made is an error", "[registry]") {
  const TempDir directory;
  write_file(directory / "file", "");
  CHECK(error_of([&] { BlobCache(directory / "file"); }).code() == Errc::io);
}
