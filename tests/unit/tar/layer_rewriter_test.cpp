#include "tar/layer_rewriter.hpp"

#include <algorithm>
#include <numeric>

#include "occy/error.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/rewrite.hpp"

using namespace occy;
using namespace occy::tar;
using test::bytes_of;
using test::error_of;
using test::pax_record;
using test::RawTar;
using test::rewrite;
using test::text_of;

namespace {

Verdict keep_all(Entry&) { return Verdict::keep; }
Verdict drop_all(Entry&) { return Verdict::drop; }

LayerRewriter::Decide drop(std::vector<std::string> paths) {
  return [paths](Entry& entry) {
    return std::find(paths.begin(), paths.end(), entry.path) == paths.end() ? Verdict::keep : Verdict::drop;
  };
}

// Global and long names, data of odd sizes, a gap in the padding.
RawTar some_layer() {
  RawTar layer;
  layer.header({.name = "directory/", .type = '5'}).extension('g', pax_record("mtime", "5"));
  layer.extension('L', std::string(600, 'n')).file("short", std::string(1000, 'x'));
  layer.mutable_bytes().back() = std::byte{'p'};
  return layer.file("empty", "").file("last", "y").end();
}

}  // namespace

TEST_CASE("layer rewriter: what nobody changes passes byte for byte, in blocks of any size", "[tar]") {
  const auto block_size = GENERATE(1U, 7U, 511U, 512U, 513U, 4096U, 1'000'000U);
  auto layer = some_layer();
  layer.data(std::string(700'000, 'r'));  // behind the end of the archive

  const auto done = rewrite(layer.bytes(), keep_all, block_size);

  CHECK(done.bytes == text_of(layer.bytes()));
  CHECK_FALSE(done.changed);
}

TEST_CASE("layer rewriter: small pieces are put in large blocks", "[tar]") {
  RawTar layer;
  for (int i = 0; i < 2000; ++i) layer.file("file", std::string(700, 'x'));
  std::vector<std::size_t> sizes;
  LayerRewriter rewriter(
      [](Entry& entry) {
        entry.mtime.seconds = 1;
        return Verdict::keep;
      },
      [&](Block block) { sizes.push_back(block.size()); }, {.layer = "l", .filter = "f", .spool_directory = ""});

  REQUIRE(rewriter.push(layer.end().bytes()).has_value());
  REQUIRE(rewriter.finish().has_value());

  CHECK(std::accumulate(sizes.begin(), sizes.end(), std::size_t{0}) == layer.bytes().size());
  CHECK(sizes.size() <= layer.bytes().size() / 260'000 + 1);
}

TEST_CASE("layer rewriter: a dropped entry goes with its extensions, data and padding; global headers stay", "[tar]") {
  const auto block_size = GENERATE(1U, 513U, 1'000'000U);
  RawTar expected;
  expected.header({.name = "directory/", .type = '5'}).extension('g', pax_record("mtime", "5")).file("empty", "");

  const auto done = rewrite(some_layer().bytes(), drop({std::string(600, 'n'), "last"}), block_size);

  CHECK(done.bytes == text_of(expected.end().bytes()));
  CHECK(done.changed);
}

TEST_CASE("layer rewriter: a layer without entries left is an empty archive", "[tar]") {
  const auto layer = RawTar{}.file("a", "1").file("b", "2").end();

  CHECK(rewrite(layer.bytes(), drop_all).bytes == std::string(1024, '\0'));
}

TEST_CASE("layer rewriter: a layer that lacks its end marker stays so, or gets one with another change", "[tar]") {
  const auto missing = GENERATE(512U, 1024U);
  const auto whole = RawTar{}.file("a", "1").file("b", "2").end();
  const Block layer = whole.bytes().first(whole.bytes().size() - missing);

  CHECK(rewrite(layer, keep_all).bytes == text_of(layer));
  CHECK(rewrite(layer, drop({"b"})).bytes == text_of(RawTar{}.file("a", "1").end().bytes()));
}

TEST_CASE("layer rewriter: no bytes at all are a layer without entries", "[tar]") {
  const auto done = rewrite({}, drop_all);

  CHECK_FALSE(done.error);
  CHECK(done.bytes.empty());
  CHECK_FALSE(done.changed);
}

TEST_CASE("layer rewriter: a layer that is cut or broken is refused where it is", "[tar]") {
  const auto layer = some_layer();
  const std::string text = text_of(layer.bytes());

  for (std::size_t size = 1; size < text.size() - 1024; size += 256) {
    const auto done = rewrite(bytes_of(text).first(size), keep_all);
    // Between two entries only the end is missing.
    if (!done.error) CHECK((size == 512 || size == 1536 || size == 4608 || size == 5120));
    if (done.error) CHECK(done.error->position <= size);
  }
  CHECK(rewrite(bytes_of("not an archive" + std::string(600, 'x')), keep_all).error->position == 0);
}

TEST_CASE("layer rewriter: an error stays the answer", "[tar]") {
  LayerRewriter rewriter(keep_all, [](Block) {}, {.layer = "l", .filter = "f", .spool_directory = ""});

  const auto first = rewriter.push(bytes_of(std::string(512, 'x')));
  const auto second = rewriter.push(bytes_of(std::string(1024, '\0')));

  REQUIRE_FALSE(first.has_value());
  CHECK(second.error().message == first.error().message);
  CHECK(rewriter.finish().error().message == first.error().message);
}

TEST_CASE("layer rewriter: what the decision throws, push throws", "[tar]") {
  const auto layer = some_layer();

  const Error error = error_of([&] {
    (void)rewrite(layer.bytes(), [](Entry&) -> Verdict { throw Error(Errc::io, Side::filter, {"disk", "is full"}); });
  });

  CHECK(error.code() == Errc::io);
}

TEST_CASE("layer rewriter: the change is known before the first changed byte is put", "[tar]") {
  const auto layer = RawTar{}.file("a", std::string(600'000, 'a')).file("b", "2").end();
  std::uint64_t put = 0;
  std::optional<std::uint64_t> put_when_changed;
  LayerRewriter rewriter(drop({"b"}),
                         [&](Block block) {
                           if (rewriter.changed() && !put_when_changed) put_when_changed = put;
                           put += block.size();
                         },
                         {.layer = "l", .filter = "f", .spool_directory = ""});

  REQUIRE(rewriter.push(layer.bytes()).has_value());
  REQUIRE(rewriter.finish().has_value());

  REQUIRE(put_when_changed);
  CHECK(*put_when_changed <= 512 + 600'064);
}
