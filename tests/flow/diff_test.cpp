#include "occy/diff.hpp"

#include <string>
#include <utility>
#include <vector>

#include "occy/error.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/layer_builder.hpp"
#include "support/memory_input.hpp"
#include "support/raw_tar.hpp"

namespace occy::test {
namespace {

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

// "+ path", "- path", "~ path mode content", each in brackets.
std::string files_of(const ImageDiff& found) {
  std::string text;
  found.for_each_file([&](const FileDifference& file) {
    const char* sign = !file.in_a ? "+" : !file.in_b ? "-" : "~";
    std::vector<std::string> words = {sign, file.path};
    for (const DiffAspect aspect : file.aspects) words.emplace_back(to_string(aspect));
    text += "[" + joined(words) + "]";
  });
  return text;
}

std::string config_of(const ImageDiff& found) {
  std::string text;
  for (const ConfigDifference& value : found.config())
    text += "[" + value.pointer + " " + value.in_a.value_or("none") + " " + value.in_b.value_or("none") + "]";
  return text;
}

// Positions in both: "0=0 1-" is a layer that both have, and one that only the first has.
std::string layers_of(const ImageDiff& found) {
  std::vector<std::string> words;
  for (const LayerDifference& layer : found.layers())
    words.push_back((layer.in_a ? std::to_string(*layer.in_a) : "") +
                    (layer.shared() ? "="
                     : layer.in_a   ? "-"
                                    : "+") +
                    (layer.in_b ? std::to_string(*layer.in_b) : ""));
  return joined(words);
}

using Layers = std::vector<std::string>;

ImageDiff compare(const Layers& a, const Layers& b, const DiffOptions& options = {}) {
  MemoryInput input_a(make_image(a));
  MemoryInput input_b(make_image(b));
  return diff(input_a, input_b, options);
}

std::string compared_files(const Layers& a, const Layers& b, const DiffOptions& options = {}) {
  return files_of(compare(a, b, options));
}

std::string base_layer() {
  return LayerBuilder{}
      .directory("etc/")
      .file("etc/hostname", "occy\n")
      .file("etc/passwd", "root\n")
      .directory("usr/")
      .file("usr/tool", "#!/bin/sh\n", 0755)
      .hard_link("usr/alias", "usr/tool")
      .symbolic_link("bin", "usr")
      .tar();
}

std::string one_file(std::string_view content) { return LayerBuilder{}.file("file", content).tar(); }

std::string one_entry(const Entry& entry, std::string_view content = {}) {
  return LayerBuilder{}.add(entry, content).tar();
}

Entry file_entry() { return entry_of(EntryType::file, "file"); }

template <class Change>
Entry changed(Change change) {
  Entry entry = file_entry();
  change(entry);
  return entry;
}

// A file of 8192 bytes that are zero but for `data` at 4096, stored without its holes (GNU tar's PAX format 0.1).
std::string sparse_layer(const std::string& data) {
  const auto archive =
      RawTar{}
          .extension('x', pax_record("GNU.sparse.size", "8192") + pax_record("GNU.sparse.numblocks", "1") +
                              pax_record("GNU.sparse.map", "4096," + std::to_string(data.size())))
          .file("file", data)
          .end();
  const auto text = archive.bytes();
  return {reinterpret_cast<const char*>(text.data()), text.size()};
}

std::string plain_layer(const std::string& data) {
  Entry entry = file_entry();
  entry.mtime = {};
  std::string content(8192, '\0');
  content.replace(4096, data.size(), data);
  return one_entry(entry, content);
}

}  // namespace

TEST_CASE("diff: an image is equal to itself", "[flow][diff]") {
  const ImageDiff found = compare({base_layer(), one_file("x")}, {base_layer(), one_file("x")});

  CHECK(found.equal());
  CHECK(layers_of(found) == "0=0 1=1");
  CHECK(config_of(found).empty());
  CHECK(files_of(found).empty());
}

TEST_CASE("diff: files that are in one image only", "[flow][diff]") {
  const ImageDiff found =
      compare({base_layer()}, {base_layer(), LayerBuilder{}.file("etc/.wh.passwd").file("etc/new").tar()});

  CHECK_FALSE(found.equal());
  CHECK(files_of(found) == "[+ etc/new][- etc/passwd]");
  CHECK(found.file_counts().added == 1);
  CHECK(found.file_counts().removed == 1);
  CHECK(found.file_counts().changed == 0);
  CHECK(layers_of(found) == "0=0 +1");
}

TEST_CASE("diff: every attribute of a file is told by its name", "[flow][diff]") {
  const std::string before = one_entry(file_entry(), "x");
  const auto told = [&](const Entry& after, std::string_view content) {
    return compared_files({before}, {one_entry(after, content)});
  };

  CHECK(told(file_entry(), "y") == "[~ file content]");
  CHECK(told(file_entry(), "xx") == "[~ file size content]");
  CHECK(told(changed([](Entry& e) { e.mode = 04644; }), "x") == "[~ file mode]");
  CHECK(told(changed([](Entry& e) { e.uid = 3'000'000; }), "x") == "[~ file owner]");
  CHECK(told(changed([](Entry& e) { e.gid = 1; }), "x") == "[~ file owner]");
  CHECK(told(changed([](Entry& e) { e.mtime.nanoseconds = 1; }), "x") == "[~ file mtime]");
  CHECK(told(with_xattr(file_entry(), "user.note", "1"), "x") == "[~ file xattrs]");
  CHECK(told(entry_of(EntryType::directory, "file/"), "") == "[~ file type]");
  CHECK(told(changed([](Entry& e) { e.mode = 0600, e.uid = 1, e.mtime = {}; }), "yy") ==
        "[~ file mode owner size mtime content]");
}

TEST_CASE("diff: extended attributes are compared by names and values, not by their order", "[flow][diff]") {
  const Entry ab = with_xattr(with_xattr(file_entry(), "user.a", "1"), "user.b", "2");
  const Entry ba = with_xattr(with_xattr(file_entry(), "user.b", "2"), "user.a", "1");
  const Entry other = with_xattr(with_xattr(file_entry(), "user.a", "12"), "user.b", "");

  CHECK(compared_files({one_entry(ab)}, {one_entry(ba)}).empty());
  CHECK(compared_files({one_entry(ab)}, {one_entry(other)}) == "[~ file xattrs]");
}

TEST_CASE("diff: links and devices", "[flow][diff]") {
  Entry device = entry_of(EntryType::character_device, "null");
  device.device_major = 1;
  device.device_minor = 3;
  Entry other_device = device;
  other_device.device_minor = 5;

  CHECK(compared_files({one_entry(device)}, {one_entry(other_device)}) == "[~ null device]");
  CHECK(compared_files({LayerBuilder{}.symbolic_link("l", "a").tar()},
                       {LayerBuilder{}.symbolic_link("l", "b").tar()}) == "[~ l link]");
  CHECK(compared_files({LayerBuilder{}.symbolic_link("l", "a").tar()}, {LayerBuilder{}.file("l").tar()}) ==
        "[~ l type]");
}

TEST_CASE("diff: the mode of a symbolic link says nothing", "[flow][diff]") {
  Entry link = entry_of(EntryType::symbolic_link, "l", 0777);
  link.link = "target";
  Entry other = link;
  other.mode = 0644;

  CHECK(compared_files({one_entry(link)}, {one_entry(other)}).empty());
}

TEST_CASE("diff: a hard link that became a file of its own", "[flow][diff]") {
  const std::string linked = LayerBuilder{}.file("a", "same").hard_link("b", "a").hard_link("c", "a").tar();
  const std::string broken = LayerBuilder{}.file("a", "same").file("b", "same").hard_link("c", "a").tar();

  CHECK(compared_files({linked}, {broken}) == "[~ b link]");
  CHECK(compared_files({linked}, {LayerBuilder{}.file("c", "same").hard_link("b", "c").hard_link("a", "b").tar()})
            .empty());
}

TEST_CASE("diff: a file that moved to another layer is the same file", "[flow][diff]") {
  const std::string both = LayerBuilder{}.file("a", "1").file("b", "2").tar();

  const ImageDiff found = compare({both}, {LayerBuilder{}.file("a", "1").tar(), LayerBuilder{}.file("b", "2").tar()});

  CHECK(files_of(found).empty());
  CHECK(layers_of(found) == "0- +0 +1");
  CHECK_FALSE(found.equal());
}

TEST_CASE("diff: a file of a shared layer against its copy in another", "[flow][diff]") {
  const std::string same = LayerBuilder{}.file("etc/hostname", "occy\n").tar();
  const std::string other = LayerBuilder{}.file("etc/hostname", "ycco\n").tar();

  CHECK(compared_files({base_layer()}, {base_layer(), same}).empty());
  CHECK(compared_files({base_layer(), same}, {base_layer()}).empty());
  CHECK(compared_files({base_layer()}, {base_layer(), other}) == "[~ etc/hostname content]");
  CHECK(compared_files({base_layer(), other}, {base_layer()}) == "[~ etc/hostname content]");
  CHECK(compared_files({base_layer(), other}, {base_layer(), same}) == "[~ etc/hostname content]");
}

TEST_CASE("diff: an opaque directory removes what lower layers have in it", "[flow][diff]") {
  const std::string opaque = LayerBuilder{}.directory("etc/").file("etc/.wh..wh..opq").file("etc/only", "x").tar();

  CHECK(compared_files({base_layer()}, {base_layer(), opaque}) == "[- etc/hostname][+ etc/only][- etc/passwd]");
}

TEST_CASE("diff: a sparse file is the file that it unpacks to", "[flow][diff]") {
  const DiffOptions options{.ignore = {DiffAspect::mode}};

  CHECK(compared_files({sparse_layer("data")}, {plain_layer("data")}, options).empty());
  CHECK(compared_files({sparse_layer("data")}, {plain_layer("tada")}, options) == "[~ file content]");
  CHECK(compared_files({sparse_layer("data")}, {sparse_layer(std::string("data\0\0", 6))}).empty());
}

TEST_CASE("diff: sparse files that expand beyond the limit are refused", "[flow][diff]") {
  DiffOptions options;
  options.limits.expanded_layer_bytes = 8191;

  const Error error = error_of([&] { (void)compare({sparse_layer("a")}, {plain_layer("b")}, options); });

  CHECK(error.code() == Errc::limit);
  CHECK(std::string(error.what()) ==
        "input: memory: layer 0: file: sparse files are too large when they are unpacked: expected up to 8191 bytes in "
        "one "
        "layer, found more");
}

TEST_CASE("diff: a directory without an entry is one of mode 0755 and of no time", "[flow][diff]") {
  const std::string implied = LayerBuilder{}.file("d/f").tar();

  CHECK(compared_files({implied}, {LayerBuilder{}.directory("d/").file("d/f").tar()}).empty());
  CHECK(compared_files({implied}, {LayerBuilder{}.directory("d/", 0700).file("d/f").tar()}) == "[~ d mode]");
}

TEST_CASE("diff: what is ignored makes no difference", "[flow][diff]") {
  const Entry touched = changed([](Entry& e) { e.mtime = {}; });
  const auto only = [&](std::vector<DiffAspect> ignore) {
    return compare({one_entry(file_entry())}, {one_entry(touched)}, {.ignore = std::move(ignore)});
  };

  CHECK(files_of(only({})) == "[~ file mtime]");
  CHECK(files_of(only({DiffAspect::mtime})).empty());
  CHECK_FALSE(only({DiffAspect::mtime}).equal());
  CHECK(only({DiffAspect::mtime, DiffAspect::layers}).equal());
  CHECK(compared_files({one_file("a")}, {one_file("b")}, {.ignore = {DiffAspect::content}}).empty());
  CHECK(
      compared_files({one_file("a")}, {LayerBuilder{}.symbolic_link("file", "x").tar()}, {.ignore = {DiffAspect::type}})
          .empty());
}

TEST_CASE("diff: times in the config can be ignored, and all the rest of it", "[flow][diff]") {
  const auto compared = [](std::vector<DiffAspect> ignore) {
    const auto image_of = [](const std::string& created, const std::string& os) {
      TestImage image = make_image({});
      image.config = ImageConfig::parse(R"({"rootfs":{"type":"layers","diff_ids":[]},"architecture":"amd64","os":")" +
                                        os + R"(","created":")" + created + "\"}")
                         .value();
      return image;
    };
    MemoryInput a(image_of("then", "linux"));
    MemoryInput b(image_of("now", "freebsd"));
    return config_of(diff(a, b, {.ignore = std::move(ignore)}));
  };

  CHECK(compared({DiffAspect::created}) == R"([/os "linux" "freebsd"])");
  CHECK(compared({DiffAspect::config}) == R"([/created "then" "now"])");
  CHECK(compared({DiffAspect::config, DiffAspect::created}).empty());
}

TEST_CASE("diff: the result does not depend on how and when layers come", "[flow][diff]") {
  const Layers a = {base_layer(), one_file("1"), LayerBuilder{}.file("etc/hostname", "occy\n").tar(), one_file("2")};
  const Layers b = {base_layer(), one_file("2"), LayerBuilder{}.file("etc/.wh.passwd").tar(), one_file("3")};
  const std::string expected = "[- etc/passwd][~ file content]";
  const auto knowledge = GENERATE(Knowledge::everything, Knowledge::no_sizes, Knowledge::nothing);
  const auto compression = GENERATE(Compression::none, Compression::gzip);
  const unsigned max_open_a = GENERATE(1U, 8U);
  const unsigned max_open_b = GENERATE(1U, 8U);
  const unsigned jobs = GENERATE(1U, 4U);
  CAPTURE(static_cast<int>(knowledge), max_open_a, max_open_b, jobs);

  MemoryInput input_a(make_image(a), {.knowledge = knowledge,
                                      .compression = compression,
                                      .order = {3, 0, 2, 1},
                                      .max_open = max_open_a,
                                      .block_size = 700});
  MemoryInput input_b(make_image(b), {.knowledge = Knowledge::everything, .max_open = max_open_b});

  CHECK(files_of(diff(input_a, input_b, {.jobs = jobs})) == expected);
}

TEST_CASE("diff: layers that are read are held against their digests", "[flow][diff]") {
  MemoryInput a(make_image({one_file("a")}));
  MemoryInput b(make_image({one_file("b")}), {.faults = {{0, Fault::wrong_bytes}}});

  const Error error = error_of([&] { (void)diff(a, b, {}); });

  CHECK(error.code() == Errc::digest_mismatch);
  CHECK(std::string(error.what()).starts_with("input: memory: layer 0: diff_id does not match: expected sha256:"));
}

TEST_CASE("diff: a layer that is no archive is refused when its digest is right", "[flow][diff]") {
  const Error error = error_of([&] { (void)compare({one_file("a")}, {std::string(512, 'x')}); });

  CHECK(error.code() == Errc::bad_archive);
}

TEST_CASE("diff: a layer that never comes is named", "[flow][diff]") {
  MemoryInput a(make_image({one_file("a"), one_file("b")}), {.order = {1}});
  MemoryInput b(make_image({one_file("b")}));

  const Error error = error_of([&] { (void)diff(a, b, {}); });

  CHECK(error.code() == Errc::not_found);
  CHECK(error.detail().expected == sha256(one_file("a")).str());
}

TEST_CASE("diff: a stop request ends it", "[flow][diff]") {
  std::stop_source stop;
  stop.request_stop();

  CHECK(error_of([&] { (void)compare({}, {}, {.stop = stop.get_token()}); }).code() == Errc::cancelled);
}

}  // namespace occy::test
