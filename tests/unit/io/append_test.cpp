#include "io/append.hpp"

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/file_size_limit.hpp"
#include "support/temp_dir.hpp"

using occy::Side;
using occy::io::append;
using occy::io::require_appendable;
using occy::test::error_of;
using occy::test::TempDir;

TEST_CASE("append: makes the file, and adds to it", "[io]") {
  const TempDir directory;

  append(directory / "log", "one\n", Side::filter);
  append(directory / "log", "two\n", Side::filter);

  CHECK(occy::test::read_file(directory / "log") == "one\ntwo\n");
}

TEST_CASE("append: looking whether one may makes nothing", "[io]") {
  const TempDir directory;

  require_appendable(directory / "log", Side::filter);

  CHECK(directory.names().empty());
}

TEST_CASE("append: what cannot be is an error that names the file and the side", "[io]") {
  const TempDir directory;
  const auto missing = directory / "none/log";

  for (const auto& error : {error_of([&] { require_appendable(missing, Side::filter); }),
                            error_of([&] { append(missing, "x", Side::filter); }),
                            error_of([&] { append(directory.path(), "x", Side::filter); }),
                            error_of([&] { require_appendable(directory.path(), Side::filter); })}) {
    CHECK(error.side() == Side::filter);
    CHECK(error.detail().what == "cannot append");
  }
}

TEST_CASE("append: a line that does not fit is an error", "[io]") {
  const TempDir directory;
  const occy::test::FileSizeLimit limit(4);

  CHECK(error_of([&] { append(directory / "log", "12345678", Side::filter); }).code() == occy::Errc::io);
}
