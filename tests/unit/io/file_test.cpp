#include "io/file.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>

#include "io/descriptor.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/temp_dir.hpp"

namespace fs = std::filesystem;
using occy::Errc;
using occy::Error;
using occy::Side;
using occy::io::File;
using occy::test::error_of;
using occy::test::TempDir;
using occy::test::write_file;

namespace {

occy::Block block_of(std::string_view text) { return std::as_bytes(std::span(text)); }

std::string read_at(const File& file, std::size_t size, std::uint64_t offset) {
  std::string text(size, '\0');
  text.resize(file.read_at(std::as_writable_bytes(std::span(text)), offset));
  return text;
}

File open_to_write(const fs::path& path) {
  return {::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600), path, Side::output};
}

Error opening_error(const fs::path& path) {
  return error_of([&] { static_cast<void>(File::open_to_read(path, Side::input)); });
}

Error nameless_error(const fs::path& directory) {
  return error_of([&] { static_cast<void>(occy::io::make_nameless_file(directory, Side::input)); });
}

void make_socket(const fs::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::ranges::copy(path.string(), address.sun_path);
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  ::close(descriptor);
}

}  // namespace

TEST_CASE("file: bytes are read from where they were asked for, and fewer at the end", "[io]") {
  const TempDir directory;
  const File file = File::open_to_read(write_file(directory / "f", "0123456789"), Side::input);

  CHECK(read_at(file, 4, 3) == "3456");
  CHECK(read_at(file, 4, 8) == "89");
  CHECK(read_at(file, 4, 10).empty());
  CHECK(file.size() == 10);
}

TEST_CASE("file: reading exactly past the end is a size mismatch that names the file", "[io]") {
  const TempDir directory;
  const File file = File::open_to_read(write_file(directory / "f", "0123"), Side::input);
  std::string text(3, '\0');

  const Error error = error_of([&] { file.read_exactly_at(std::as_writable_bytes(std::span(text)), 2); });

  CHECK(error.code() == Errc::size_mismatch);
  CHECK(error.detail().subject == (directory / "f").string());
  CHECK(error.detail().expected == "3 bytes from byte 2");
  CHECK(error.detail().found == "2");
}

TEST_CASE("file: an offset that no file can have is an error, not a crash", "[io]") {
  const TempDir directory;
  const File file = File::open_to_read(write_file(directory / "f", "0123"), Side::input);

  CHECK(error_of([&] { static_cast<void>(read_at(file, 1, ~std::uint64_t{0})); }).code() == Errc::io);
}

TEST_CASE("file: a missing one is not found", "[io]") {
  const TempDir directory;

  const Error error = opening_error(directory / "none");

  CHECK(error.code() == Errc::not_found);
  CHECK(std::string(error.what()) ==
        "input: " + (directory / "none").string() + ": cannot open: No such file or directory");
}

TEST_CASE("file: what is no regular file is refused by its kind, and nothing blocks", "[io]") {
  const TempDir directory;
  REQUIRE(::mkfifo((directory / "fifo").c_str(), 0600) == 0);
  make_socket(directory / "socket");
  const std::vector<std::pair<fs::path, std::string>> cases = {{directory.path(), "a directory"},
                                                               {directory / "fifo", "a fifo"},
                                                               {directory / "socket", "a socket"},
                                                               {"/dev/null", "a device"}};
  for (const auto& [path, kind] : cases) {
    const Error error = opening_error(path);

    CHECK(error.code() == Errc::io);
    CHECK(error.detail().expected == "a regular file");
    CHECK(error.detail().found == kind);
  }
}

TEST_CASE("file: a failing read names the file and the byte", "[io]") {
  const File file(::open("/proc/self/mem", O_RDONLY | O_CLOEXEC), "/proc/self/mem", Side::input);

  const Error error = error_of([&] { static_cast<void>(read_at(file, 10, 7)); });  // the first page is never mapped

  CHECK(std::string(error.what()) == "input: /proc/self/mem: cannot read at byte 7: Input/output error");
}

TEST_CASE("file: a full disk is told in the system's words", "[io]") {
  File file(::open("/dev/full", O_WRONLY | O_CLOEXEC), "/dev/full", Side::output);

  const Error error = error_of([&] { file.write_at(block_of("x"), 5); });

  CHECK(error.code() == Errc::io);
  CHECK(std::string(error.what()) == "output: /dev/full: cannot write at byte 5: No space left on device");
}

TEST_CASE("file: room is reserved where the file system can promise it", "[io]") {
  const TempDir directory;
  File file(::open((directory / "file").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600), directory / "file", Side::output);

  file.reserve(1'000'000);

  CHECK(file.size() == 1'000'000);
  CHECK(error_of([&] { file.reserve(std::uint64_t{1} << 62U); }).detail().what ==
        "cannot reserve 4611686018427387904 bytes");
}

TEST_CASE("file: a failing sync or resize is told", "[io]") {
  File file(::open("/dev/null", O_WRONLY | O_CLOEXEC), "/dev/null", Side::output);

  CHECK(error_of([&] { file.sync(); }).detail().what == "cannot sync");
  CHECK(error_of([&] { file.resize(1); }).detail().what == "cannot resize");
}

TEST_CASE("file: bytes are written in place, holes are zero, resize cuts", "[io]") {
  const TempDir directory;
  File file = open_to_write(directory / "f");

  file.write_at(block_of("end"), 4);
  file.write_at(block_of("ab"), 0);
  file.start_write_back(0, 7);
  file.sync();
  CHECK(occy::test::read_file(directory / "f") == std::string("ab\0\0end", 7));

  file.resize(2);
  CHECK(occy::test::read_file(directory / "f") == "ab");
}

TEST_CASE("file: the stamp changes with the content", "[io]") {
  const TempDir directory;
  const fs::path path = write_file(directory / "f", "one");
  const File file = File::open_to_read(path, Side::input);
  const auto before = file.stamp();
  CHECK(file.stamp() == before);

  write_file(path, "three");

  CHECK_FALSE(file.stamp() == before);
}

TEST_CASE("file: a moved one closes its descriptor once", "[io]") {
  const TempDir directory;
  write_file(directory / "f", "x");
  File first = File::open_to_read(directory / "f", Side::input);
  const int descriptor = first.descriptor();
  {
    File second = std::move(first);
    CHECK(second.descriptor() == descriptor);
    CHECK(first.descriptor() == -1);
  }

  CHECK(::fcntl(descriptor, F_GETFD) == -1);
}

TEST_CASE("file: an opened one is not handed to child processes", "[io]") {
  const TempDir directory;
  const File file = File::open_to_read(write_file(directory / "f", "x"), Side::input);

  CHECK((::fcntl(file.descriptor(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("file: no descriptor becomes standard input, output or error", "[io]") {
  const TempDir directory;
  const fs::path path = write_file(directory / "f", "x");
  const int kept = ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 10);
  ::close(STDIN_FILENO);

  const File file = File::open_to_read(path, Side::input);
  const bool free_again = ::fcntl(STDIN_FILENO, F_GETFD) == -1;
  if (kept >= 0) ::dup2(kept, STDIN_FILENO);

  CHECK(file.descriptor() > STDERR_FILENO);
  CHECK((::fcntl(file.descriptor(), F_GETFD) & FD_CLOEXEC) != 0);
  CHECK(free_again);
  CHECK(read_at(file, 1, 0) == "x");
  CHECK(occy::io::above_standard_streams(-1) == -1);
  ::close(kept);
}

TEST_CASE("file: a nameless one is readable, writable and in no directory", "[io]") {
  const TempDir directory;

  File file = occy::io::make_nameless_file(directory.path(), Side::input);
  file.write_at(block_of("spool"), 0);

  CHECK(read_at(file, 10, 0) == "spool");
  CHECK(directory.names().empty());
}

TEST_CASE("file: a nameless one needs its directory", "[io]") {
  const TempDir directory;
  write_file(directory / "f", "x");

  CHECK(nameless_error(directory / "none").code() == Errc::not_found);
  CHECK(nameless_error(directory / "f").code() == Errc::io);
}
