#include "occy/image_list.hpp"

#include <map>

#include "support/catch.hpp"

using namespace occy;
using occy::test::contains_text;

namespace {

std::vector<ListedImage> read_list(const std::string& text) { return parse_image_list(text).value(); }

std::string list_refusal(const std::string& text) {
  const auto list = parse_image_list(text);
  return list ? "(accepted)" : list.error().message;
}

}  // namespace

TEST_CASE("image list: two words a line, comments and empty lines say nothing", "[uri]") {
  const auto images = read_list(
      "# a mirror\n"
      "\n"
      "registry://debian:12 \t registry://mirror.example/debian:12\n"
      "  tar://a.tar   layout://images:a  # with a remark\r\n"
      "tar://b#1.tar layout://images:b#2");

  REQUIRE(images.size() == 3);
  CHECK(images[0].source == "registry://debian:12");
  CHECK(images[0].destination == "registry://mirror.example/debian:12");
  CHECK(images[0].line == 3);
  CHECK(images[1].source == "tar://a.tar");
  CHECK(images[1].destination == "layout://images:a");
  CHECK(images[2].source == "tar://b#1.tar");
  CHECK(images[2].destination == "layout://images:b#2");
  CHECK(images[2].line == 5);
}

TEST_CASE("image list: where tabs divide, paths may have spaces", "[uri]") {
  const auto images = read_list("tar://my image.tar\ttar://my copy.tar\n");

  REQUIRE(images.size() == 1);
  CHECK(images[0].source == "tar://my image.tar");
  CHECK(images[0].destination == "tar://my copy.tar");
}

TEST_CASE("image list: an empty list is one", "[uri]") {
  CHECK(read_list("").empty());
  CHECK(read_list("# nothing yet\n\n \t\n").empty());
}

TEST_CASE("image list: what is wrong is said with the number of its line", "[uri]") {
  CHECK(list_refusal("tar://a tar://b\n\ntar://c\n") == "line 3: expected SOURCE DESTINATION, found 1 word");
  CHECK(list_refusal("tar://a tar://b tar://c") == "line 1: expected SOURCE DESTINATION, found 3 words");
  CHECK_THAT(list_refusal("a.tar tar://b"), contains_text("line 1: source: expected SCHEME://"));
  CHECK_THAT(list_refusal("tar://a tar://b?x"), contains_text("line 1: destination: expected key=value"));
  CHECK_THAT(list_refusal(std::string("tar://a tar://b\0", 16)), contains_text("line 1: destination: NUL"));
}

TEST_CASE("image list: a destination comes once, however it is written", "[uri]") {
  const std::string again = "line 2: the destination is that of line 1";

  CHECK(list_refusal("tar://a tar://x\ntar://b tar://x\n") == again);
  CHECK(list_refusal("tar://a tar://d/x\ntar://b tar://d/./e/../x?name=y\n") == again);
  CHECK(list_refusal(
            "tar://a registry://debian\ntar://b registry://u:p@docker.io/library/debian:latest?insecure=true\n") ==
        again);
  CHECK(list_refusal("tar://a docker://app\ntar://b docker://app:latest\n") == again);
  CHECK(list_refusal("tar://a layout://l:1\ntar://b layout://l:1\n") == again);
  CHECK(list_refusal("tar://a registry://r.example/a:1\ntar://b registry://r.example/a:2\n") == "(accepted)");
}

TEST_CASE("image list: a store may take many images", "[uri]") {
  CHECK(list_refusal("tar://a layout://l\ntar://b layout://l\n") == "(accepted)");
  CHECK(list_refusal("tar://a dir://d?unique_names=true\ntar://b dir://d?unique_names=true\n") == "(accepted)");
  CHECK(list_refusal("tar://a dir://d\ntar://b dir://d\n") == "line 2: the destination is that of line 1");
}

TEST_CASE("shard: the text is I/N", "[uri]") {
  const Shard shard = Shard::parse("2/8").value();

  CHECK(shard.index == 2);
  CHECK(shard.count == 8);
  CHECK(Shard::parse("4096/4096").value().count == kMostShards);
  for (const char* text :
       {"", "1", "/", "1/", "/2", "0/2", "3/2", "1/0", "1/4097", "-1/2", "1/2/3", " 1/2", "1/2x", "+1/2"})
    CHECK(Shard::parse(text).has_error());
}

// Computed with Python's hashlib. They may never change: shards of two versions would do work twice, or not at all.
TEST_CASE("shard: whose a destination is, stays so for ever", "[uri]") {
  CHECK(shard_of("registry://registry.example/app:1", 8) == 4);
  CHECK(shard_of("registry://registry.example/app:2", 8) == 8);
  CHECK(shard_of("registry://registry.example/app:3", 8) == 2);
  CHECK(shard_of("tar:///srv/a.tar", 3) == 3);
  CHECK(shard_of("", 4) == 1);
  CHECK(shard_of("registry://registry.example/app:1", 4096) == 3150);
  CHECK(shard_of("anything", 1) == 1);
}

TEST_CASE("shard: the work is divided evenly, and one more worker takes only its share", "[uri]") {
  std::map<unsigned, int> shares;
  int moved = 0;
  for (int i = 0; i < 2000; ++i) {
    const std::string destination = "registry://registry.example/app:" + std::to_string(i);
    const unsigned before = shard_of(destination, 8);
    const unsigned after = shard_of(destination, 9);
    ++shares[before];
    CHECK((after == before || after == 9));
    moved += after == before ? 0 : 1;
  }

  CHECK(shares.size() == 8);
  for (const auto& [shard, count] : shares) CHECK((count > 190 && count < 310));
  CHECK((moved > 150 && moved < 300));
}
