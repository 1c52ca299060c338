#include "occy/flatten.hpp"

#include <memory>
#include <string>
#include <vector>

#include "occy/error.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/layer_builder.hpp"
#include "support/memory_input.hpp"
#include "support/memory_source.hpp"
#include "support/raw_tar.hpp"
#include "tar/judge.hpp"

namespace occy::test {
namespace {

using Layers = std::vector<std::string>;

std::string flat(const Layers& layers, const MemoryInputOptions& options = {}) {
  std::string archive;
  flatten([&] { return std::make_unique<MemoryInput>(make_image(layers), options); },
          [&](Block bytes) { archive.append(reinterpret_cast<const char*>(bytes.data()), bytes.size()); });
  return archive;
}

// "dir/ file link->target hard=>target", in the order of the archive, as our reader sees it.
std::string entries_of(const std::string& archive) {
  const Walked walked = walk(bytes_of(archive));
  REQUIRE_FALSE(walked.error);
  std::string text;
  for (const Entry& entry : walked.entries) {
    text += (text.empty() ? "" : " ") + entry.path;
    if (entry.type == EntryType::symbolic_link) text += "->" + entry.link;
    if (entry.type == EntryType::hard_link) text += "=>" + entry.link;
  }
  return text;
}

std::string flat_entries(const Layers& layers) { return entries_of(flat(layers)); }

// What stands behind the header of the only entry.
std::string content_of(const std::string& archive) {
  const Walked walked = walk(bytes_of(archive));
  REQUIRE(walked.entries.size() == 1);
  return archive.substr(walked.entries[0].data_offset, walked.entries[0].stored_size);
}

}  // namespace

TEST_CASE("flatten: one layer is what it was", "[flow][flatten]") {
  const std::string layer = LayerBuilder{}
                                .directory("./")
                                .directory("etc/")
                                .add(with_xattr(entry_of(EntryType::file, "etc/a"), "user.note", "1"), "content")
                                .hard_link("etc/b", "etc/a")
                                .symbolic_link("l", "etc")
                                .tar();

  CHECK(flat({layer}) == layer);
}

TEST_CASE("flatten: what upper layers replaced or hid is not there", "[flow][flatten]") {
  const std::string lower = LayerBuilder{}.directory("d/").file("d/a", "1").file("b", "2").file("c", "3").tar();
  const std::string upper = LayerBuilder{}.file(".wh.b").file("c", "4").directory("d/").file("d/.wh..wh..opq").tar();

  CHECK(flat_entries({lower, upper}) == "c d/");
}

TEST_CASE("flatten: hard links are kept when the file's first name is gone", "[flow][flatten]") {
  const std::string lower = LayerBuilder{}.file("a", "x").hard_link("b", "a").hard_link("c", "a").tar();

  CHECK(flat_entries({lower, LayerBuilder{}.file(".wh.a").tar()}) == "b c=>b");
  CHECK(flat_entries({lower, LayerBuilder{}.file("a", "y").tar()}) == "b c=>b a");
  CHECK(flat_entries({LayerBuilder{}.file("a", "x").tar(), LayerBuilder{}.hard_link("b", "a").tar()}) == "a b=>a");
}

TEST_CASE("flatten: paths through links are resolved", "[flow][flatten]") {
  CHECK(flat_entries({LayerBuilder{}.directory("usr/").symbolic_link("bin", "usr").file("bin/tool", "x").tar()}) ==
        "usr/ bin->usr usr/tool");
}

TEST_CASE("flatten: sparse files are written in full", "[flow][flatten]") {
  const auto sparse =
      RawTar{}
          .extension('x', pax_record("GNU.sparse.size", "2000") + pax_record("GNU.sparse.numblocks", "1") +
                              pax_record("GNU.sparse.map", "1000,4"))
          .file("file", "data")
          .end();

  const std::string archive =
      flat({std::string(reinterpret_cast<const char*>(sparse.bytes().data()), sparse.bytes().size())});

  CHECK(content_of(archive) == std::string(1000, '\0') + "data" + std::string(996, '\0'));
}

TEST_CASE("flatten: a layer that is listed twice", "[flow][flatten]") {
  const std::string twice = LayerBuilder{}.file("a", "x").tar();

  CHECK(flat_entries({twice, LayerBuilder{}.file(".wh.a").tar(), twice}) == "a");
  CHECK(flat_entries({twice, LayerBuilder{}.file(".wh.a").tar()}).empty());
}

TEST_CASE("flatten: the way in which the source tells its layers does not matter", "[flow][flatten]") {
  const Layers layers = {LayerBuilder{}.file("a", "1").file("b", "2").tar(), LayerBuilder{}.file("a", "3").tar()};
  const auto knowledge = GENERATE(Knowledge::everything, Knowledge::no_sizes, Knowledge::nothing);
  const auto compression = GENERATE(Compression::none, Compression::gzip);

  CHECK(flat(layers, {.knowledge = knowledge, .compression = compression, .max_open = 1, .block_size = 100}) ==
        flat(layers));
  CHECK(entries_of(flat(layers, {.knowledge = knowledge, .order = {1, 0}})) == "a b");
}

TEST_CASE("flatten: an independent reader sees the same files", "[flow][flatten]") {
  const std::string archive = flat({LayerBuilder{}
                                        .directory("d/")
                                        .file("d/" + std::string(300, 'n'), std::string(1000, 'x'))
                                        .hard_link("h", "d/" + std::string(300, 'n'))
                                        .file("\xff\xfe", "y")
                                        .tar()});
  MemorySource source(archive);

  const auto judged = tar::judge_archive(source, 100);

  REQUIRE(judged.has_value());
  CHECK(judged->size() == walk(bytes_of(archive)).entries.size());
}

TEST_CASE("flatten: an image that changes between its readings is refused", "[flow][flatten]") {
  std::vector<Layers> readings = {{LayerBuilder{}.file("a", "1").tar()}, {LayerBuilder{}.file("a", "2").tar()}};
  const auto open = [&] {
    auto input = std::make_unique<MemoryInput>(make_image(readings.back()));
    readings.pop_back();
    return input;
  };

  const Error error = error_of([&] { flatten(open, [](Block) {}); });

  CHECK(error.code() == Errc::digest_mismatch);
  CHECK(std::string(error.what()) == "input: memory: layer 0: the image changed between its two readings");
}

TEST_CASE("flatten: damage is named", "[flow][flatten]") {
  const std::string behind_the_end(512, '\0');  // which the first reading does not look at
  const Layers layers = {LayerBuilder{}.file("a", "1").tar() + behind_the_end};

  CHECK(error_of([&] { (void)flat(layers, {.faults = {{0, Fault::wrong_bytes}}}); }).code() == Errc::digest_mismatch);
  CHECK(error_of([&] { (void)flat({std::string(512, 'x')}); }).code() == Errc::bad_archive);
  CHECK(error_of([&] { (void)flat({layers[0], LayerBuilder{}.tar()}, {.order = {1}}); }).code() == Errc::not_found);
}

}  // namespace occy::test
