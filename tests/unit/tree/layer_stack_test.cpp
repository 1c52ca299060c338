// Layers as an overlay file system merges them show what an extractor makes of them: held against a real mount where
// one may be made, and against the documented marks everywhere.
#include "tree/layer_stack.hpp"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <optional>
#include <random>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/extracted_tree.hpp"

using namespace occy;
using namespace occy::test;

namespace {

namespace fs = std::filesystem;

tree::ExtractorOptions usual_options() { return {.ownership = tree::default_ownership()}; }

/// The same layers as directories to mount.
class StackedLayers {
 public:
  explicit StackedLayers(tree::ExtractorOptions options = usual_options())
      : stack_(make_directory(directory_ / "layers"), options) {}

  StackedLayers& layer(const LayerBuilder& layer) {
    const std::string bytes = layer.tar();
    stack_.begin_layer("layer");
    stack_.write(std::as_bytes(std::span(bytes)));
    stack_.end_layer();
    ++count_;
    return *this;
  }

  /// What an overlay of them shows; missing where none may be mounted.
  std::optional<std::string> mounted() {
    const fs::path target = directory_ / "merged";
    fs::create_directory(target);
    if (::mount("overlay", target.c_str(), "overlay", MS_RDONLY, options().c_str()) != 0) return std::nullopt;
    std::string listing = list_tree(target);
    ::umount(target.c_str());
    return listing;
  }

  [[nodiscard]] std::string listing(int number) const { return list_tree(path(number)); }
  [[nodiscard]] fs::path path(int number) const { return directory_ / ("layers/" + std::to_string(number)); }
  [[nodiscard]] tree::LayerStack& stack() noexcept { return stack_; }

 private:
  static io::File make_directory(const fs::path& path) {
    fs::create_directory(path);
    return {::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), path, Side::output};
  }

  // The two empty ones at the bottom: an overlay wants at least two.
  std::string options() {
    std::string text = "lowerdir=";
    for (int i = count_ - 1; i >= static_cast<int>(stack_.lowest_shown()); --i) text += path(i).string() + ":";
    for (const char* name : {"empty", "empty-2"}) fs::create_directory(directory_ / name);
    return text + (directory_ / "empty").string() + ":" + (directory_ / "empty-2").string();
  }

  TempDir directory_;
  tree::LayerStack stack_;
  int count_ = 0;
};

bool is_opaque(const fs::path& path) {
  std::array<char, 8> value{};
  const char* mark = ::geteuid() == 0 ? "trusted.overlay.opaque" : "user.overlay.opaque";
  return ::lgetxattr(path.c_str(), mark, value.data(), value.size()) == 1 && value[0] == 'y';
}

/// Layers of a few names that get into one another's way.
class RandomLayers {
 public:
  explicit RandomLayers(unsigned seed) : random_(seed) {}

  LayerBuilder next() {
    LayerBuilder layer;
    story_ += "layer\n";
    for (int i = 0; i < 4; ++i) add_entry(layer);
    return layer;
  }

  /// What was made, for messages.
  [[nodiscard]] const std::string& story() const noexcept { return story_; }

 private:
  unsigned pick(unsigned count) { return static_cast<unsigned>(random_() % count); }

  std::string path() {
    std::string text;
    for (unsigned depth = 1 + pick(3); depth > 0; --depth)
      text += std::string(text.empty() ? "" : "/") + static_cast<char>('a' + pick(3));
    return text;
  }

  std::string in(const std::string& directory, const std::string& name) {
    return directory.substr(0, directory.rfind('/') + 1) + name;
  }

  void add_entry(LayerBuilder& layer) {
    const std::string where = path();
    const unsigned kind = pick(12);
    story_ += std::to_string(kind) + " " + where + "\n";
    switch (kind) {
      case 0:
        layer.directory(where + "/", 0700 + pick(8));
        break;
      case 1:
        layer.symbolic_link(where, pick(2) == 0 ? "/" + path() : path());
        break;
      case 2:
        layer.hard_link(where, path());
        break;
      case 3:
      case 4:
        layer.file(in(where, ".wh." + where.substr(where.rfind('/') + 1)));
        break;
      case 5:
        layer.file(where + "/.wh..wh..opq");
        break;
      default:
        layer.file(where, std::to_string(pick(1000)));
    }
  }

  std::mt19937 random_;
  std::string story_ = {};
};

struct Outcome {
  std::optional<std::string> listing = {};
  bool refused = false;
};

Outcome extracted(const std::vector<LayerBuilder>& layers) {
  ExtractedTree tree(usual_options());
  try {
    for (const auto& layer : layers) tree.layer(layer);
    return {.listing = tree.listing()};
  } catch (const Error& error) {
    return {.listing = error.what(), .refused = true};
  }
}

Outcome stacked(const std::vector<LayerBuilder>& layers) {
  StackedLayers stack;
  try {
    for (const auto& layer : layers) stack.layer(layer);
    return {.listing = stack.mounted()};
  } catch (const Error& error) {
    return {.listing = error.what(), .refused = true};
  }
}

}  // namespace

TEST_CASE("layer stack: whiteouts and opaque directories have their marks", "[tree]") {
  StackedLayers stack;
  stack.layer(LayerBuilder().file("d/a", "1").file("d/b", "1").file("o/hidden", "1"));

  stack.layer(LayerBuilder().file("d/.wh.a").file("d/.wh.none").file("o/.wh..wh..opq").file("o/new", "2"));

  CHECK(stack.listing(0) == "d d\nf d/a: 1\nf d/b: 1\nd o\nf o/hidden: 1\n");
  CHECK(stack.listing(1) == "d d\nc d/a 0:0\nd o\nf o/new: 2\n");
  CHECK(is_opaque(stack.path(1) / "o"));
  CHECK_FALSE(is_opaque(stack.path(1) / "d"));
  CHECK_FALSE(is_opaque(stack.path(0) / "o"));
}

TEST_CASE("layer stack: a whiteout and a directory of one name make it opaque, whichever comes first", "[tree]") {
  StackedLayers stack;
  stack.layer(LayerBuilder().file("d/a", "1").file("e/a", "1"));

  stack.layer(LayerBuilder().file(".wh.d").file("d/b", "2").file("e/b", "2").file(".wh.e"));

  CHECK(stack.listing(1) == "d d\nf d/b: 2\nd e\nf e/b: 2\n");
  CHECK(is_opaque(stack.path(1) / "d"));
  CHECK(is_opaque(stack.path(1) / "e"));
}

TEST_CASE("layer stack: a directory without an entry is as the one below it", "[tree]") {
  StackedLayers stack;
  stack.layer(LayerBuilder().add(with_xattr(entry_of(EntryType::directory, "d/", 0751), "user.note", "x")));

  stack.layer(LayerBuilder().file("d/new", "x").file("fresh/new", "x"));

  struct stat status {};
  REQUIRE(::stat((stack.path(1) / "d").c_str(), &status) == 0);
  CHECK((status.st_mode & 07777U) == 0751);
  CHECK(status.st_mtim.tv_sec == 1'000'000'000);
  std::array<char, 8> value{};
  CHECK(::getxattr((stack.path(1) / "d").c_str(), "user.note", value.data(), value.size()) == 1);
}

TEST_CASE("layer stack: a directory without an entry has nothing of one that its layer hides", "[tree]") {
  const std::string marker = GENERATE(".wh.d", "d/.wh..wh..opq");
  StackedLayers stack;
  LayerBuilder lower;
  for (const char* path : {"d/", "d/a/"})
    lower.add(with_xattr(entry_of(EntryType::directory, path, 0700), "user.note", "x"));
  stack.layer(lower);

  stack.layer(LayerBuilder().file("d/a/new", "x").file("d/a/.wh..wh..opq").file(marker));

  const fs::path implied = stack.path(1) / "d/a";
  std::array<char, 8> value{};
  CHECK((fs::status(implied).permissions() & fs::perms::all) == fs::perms{0755});
  CHECK(::getxattr(implied.c_str(), "user.note", value.data(), value.size()) == -1);
  CHECK(is_opaque(implied));
}

TEST_CASE("layer stack: a hard link to a lower layer brings the file up", "[tree]") {
  StackedLayers stack;
  stack.layer(LayerBuilder().file("a/file", "content", 0640).symbolic_link("a/link", "file"));

  stack.layer(LayerBuilder().hard_link("b/other", "a/file").hard_link("b/link", "a/link"));

  CHECK(stack.listing(1) == "d a\nf a/file: content\nl a/link -> file\nd b\nl b/link -> file\nf b/other: content\n");
  CHECK(fs::hard_link_count(stack.path(1) / "a/file") == 2);
  CHECK(fs::status(stack.path(1) / "b/other").permissions() == fs::perms{0640});
}

TEST_CASE("layer stack: what hard links bring up counts toward the limit of a layer", "[tree]") {
  auto options = usual_options();
  options.limits.expanded_layer_bytes = 1000;
  StackedLayers stack(options);
  stack.layer(LayerBuilder().file("a", std::string(600, 'x'))).layer(LayerBuilder().file("b", std::string(600, 'x')));
  stack.layer(LayerBuilder().hard_link("c", "a"));

  const Error error = error_of([&] { stack.layer(LayerBuilder().hard_link("c", "a").hard_link("d", "b")); });

  CHECK(error.code() == Errc::limit);
  CHECK(error.detail().subject == "layer: b");
}

TEST_CASE("layer stack: links of lower layers lead to where they lead together", "[tree]") {
  StackedLayers stack;
  stack.layer(LayerBuilder().directory("usr/lib/").symbolic_link("lib", "usr/lib").symbolic_link("out", "../../etc"));

  stack.layer(LayerBuilder().file("lib/new", "x").file("lib/.wh.none").file("out/passwd", "inside"));

  CHECK(stack.listing(1) == "d etc\nf etc/passwd: inside\nd usr\nd usr/lib\nf usr/lib/new: x\n");
}

TEST_CASE("layer stack: a device 0/0 of an image would hide something, and is refused", "[tree]") {
  if (::geteuid() != 0) {
    WARN("skipped: others than root make no devices");
    return;
  }
  StackedLayers stack;
  const auto layer = LayerBuilder().add(entry_of(EntryType::character_device, "d/null"));

  CHECK(error_of([&] { stack.layer(layer); }).code() == Errc::unsupported);
}

TEST_CASE("layer stack: an opaque root leaves the layers below out", "[tree]") {
  StackedLayers stack;
  stack.layer(LayerBuilder().file("old", "1")).layer(LayerBuilder().file(".wh..wh..opq").file("new", "2"));
  stack.layer(LayerBuilder().file("newer", "3"));

  CHECK(stack.stack().lowest_shown() == 1);
}

TEST_CASE("layer stack: a directory without an entry may stand where its own layer hides something", "[tree]") {
  StackedLayers stack;
  stack.layer(LayerBuilder().file("a", "1").file("d/x", "1"));

  stack.layer(LayerBuilder().file(".wh.a").file("a/a/a", "2").file(".wh.d").file("d/d/d", "2"));

  CHECK(stack.listing(1) == "d a\nd a/a\nf a/a/a: 2\nd d\nd d/d\nf d/d/d: 2\n");
  CHECK(is_opaque(stack.path(1) / "d"));
}

TEST_CASE("layer stack: names outside are refused as everywhere", "[tree]") {
  StackedLayers stack;

  CHECK(error_of([&] { stack.layer(LayerBuilder().file("../out", "x")); }).code() == Errc::bad_archive);
}

TEST_CASE("layer stack: mounted, random layers show what an extractor makes of them", "[tree]") {
  if (!StackedLayers().layer(LayerBuilder()).mounted()) {
    WARN("skipped: no overlay may be mounted here");
    return;
  }
  int shown = 0;
  for (unsigned seed = 0; seed < 500; ++seed) {
    INFO("seed " << seed);
    RandomLayers random(seed);
    std::vector<LayerBuilder> layers;
    for (int i = 0; i < 3; ++i) layers.push_back(random.next());
    INFO(random.story());

    const auto tree = extracted(layers);
    const auto stack = stacked(layers);

    INFO(*tree.listing << "---\n" << *stack.listing);
    CHECK(tree.refused == stack.refused);
    if (tree.refused || stack.refused) continue;
    CHECK(*tree.listing == *stack.listing);
    ++shown;
  }
  CHECK(shown > 60);
}
