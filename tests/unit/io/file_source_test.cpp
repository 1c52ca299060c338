#include "io/file_source.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

using occy::Errc;
using occy::Error;
using occy::Side;
using occy::io::DescriptorSource;
using occy::io::File;
using occy::io::FileRangeSource;
using occy::io::kBlockSize;
using occy::test::TempDir;
using occy::test::write_file;

namespace {

std::string drain(occy::BlockSource& source) {
  std::string text;
  for (occy::Block block = source.next(); !block.empty(); block = source.next())
    text.append(reinterpret_cast<const char*>(block.data()), block.size());
  return text;
}

std::string pattern(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 7 + i / 251);
  return text;
}

struct Pipe {
  int ends[2] = {-1, -1};

  explicit Pipe(int flags = 0) { REQUIRE(::pipe2(ends, O_CLOEXEC | flags) == 0); }
  ~Pipe() {
    ::close(ends[0]);
    close_writer();
  }
  void close_writer() {
    if (ends[1] >= 0) ::close(ends[1]);
    ends[1] = -1;
  }
  // Other threads write too, and Catch2's assertions are for the main one.
  void write(std::string_view text) const {
    if (::write(ends[1], text.data(), text.size()) != static_cast<ssize_t>(text.size())) std::abort();
  }
};

}  // namespace

TEST_CASE("file range: what is passed over is not read, and small blocks follow, which grow again", "[io]") {
  const TempDir directory;
  const std::string content = pattern(2 * kBlockSize);
  const File file = File::open_to_read(write_file(directory / "f", content), Side::input);
  FileRangeSource source(file, 10, content.size() - 10);

  CHECK(source.next().size() == kBlockSize);
  source.skip(1000);

  const occy::Block small = source.next();
  CHECK(small.size() == 4096);
  CHECK(std::string(reinterpret_cast<const char*>(small.data()), small.size()) ==
        content.substr(10 + kBlockSize + 1000, 4096));
  CHECK(source.next().size() == 8192);
  source.skip(7);
  CHECK(source.next().size() == 4096);
  CHECK(drain(source) == content.substr(10 + kBlockSize + 1000 + 4096 + 8192 + 7 + 4096));
}

TEST_CASE("file range: passing over to the end is the end, and over it an error", "[io]") {
  const TempDir directory;
  const File file = File::open_to_read(write_file(directory / "f", pattern(100)), Side::input);
  FileRangeSource exact(file, 0, 50);
  FileRangeSource over(file, 0, 50);

  exact.skip(50);
  CHECK(exact.next().empty());
  over.skip(51);

  CHECK_THROWS_AS(over.next(), Error);
}

TEST_CASE("file range: exactly the range is lent, in blocks", "[io]") {
  const TempDir directory;
  const std::string content = pattern(2 * kBlockSize + 1000);
  const File file = File::open_to_read(write_file(directory / "f", content), Side::input);
  const std::size_t size = GENERATE(std::size_t{0}, std::size_t{1}, kBlockSize, kBlockSize + 1, 2 * kBlockSize + 900);

  FileRangeSource source(file, 100, size);

  CHECK(drain(source) == content.substr(100, size));
  CHECK(source.next().empty());
}

TEST_CASE("file range: a file that ends before is a size mismatch, not an end", "[io]") {
  const TempDir directory;
  const File file = File::open_to_read(write_file(directory / "f", "0123456789"), Side::input);
  FileRangeSource source(file, 5, 6);

  try {
    static_cast<void>(source.next());
    FAIL("no exception");
  } catch (const Error& error) {
    CHECK(error.code() == Errc::size_mismatch);
  }
}

TEST_CASE("descriptor: everything in a pipe is lent, then the end stays the end", "[io]") {
  Pipe pipe;
  DescriptorSource source(pipe.ends[0], "standard input", Side::input);
  const std::string content = pattern(300'000);
  std::jthread writer([&] {
    pipe.write(content);
    pipe.close_writer();
  });

  CHECK(drain(source) == content);
  CHECK(source.next().empty());
}

TEST_CASE("descriptor: one that does not block is waited for", "[io]") {
  Pipe pipe(O_NONBLOCK);
  DescriptorSource source(pipe.ends[0], "standard input", Side::input);
  std::jthread writer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));  // so that the reader finds nothing first
    pipe.write("late");
    pipe.close_writer();
  });

  CHECK(drain(source) == "late");
}

TEST_CASE("descriptor: a failing read names the source", "[io]") {
  const TempDir directory;
  const int descriptor = ::open(directory.path().c_str(), O_RDONLY | O_CLOEXEC);
  DescriptorSource source(descriptor, "standard input", Side::input);

  CHECK_THROWS_WITH(source.next(), "input: standard input: cannot read: Is a directory");
  ::close(descriptor);
}
