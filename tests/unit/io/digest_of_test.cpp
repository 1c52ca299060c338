#include "io/digest_of.hpp"

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/temp_dir.hpp"

using namespace occy;
using namespace occy::test;

TEST_CASE("digest of a file: that of all its bytes, over several blocks, or of none", "[io]") {
  const TempDir directory;
  const std::string content = GENERATE(std::string(), std::string("x"), std::string(2 * io::kBlockSize + 1, 'x'));
  const io::File file = io::File::open_to_read(write_file(directory / "f", content), Side::input);

  CHECK(io::digest_of(file, {}) == sha256(content));
}

TEST_CASE("digest of a file: a stop request ends the reading", "[io]") {
  const TempDir directory;
  const io::File file = io::File::open_to_read(write_file(directory / "f", "x"), Side::input);
  std::stop_source stop;
  stop.request_stop();

  CHECK(error_of([&] { (void)io::digest_of(file, stop.get_token()); }).code() == Errc::cancelled);
}
