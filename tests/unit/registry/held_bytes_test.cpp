#include "registry/held_bytes.hpp"

#include <string>

#include "support/catch.hpp"

using namespace occy;
using occy::registry::HeldBytes;

namespace {

Block block_of(std::string_view text) { return std::as_bytes(std::span{text}); }

std::string text_of(HeldBytes& held) {
  const Block all = held.all();
  return {reinterpret_cast<const char*>(all.data()), all.size()};
}

}  // namespace

TEST_CASE("held bytes: what is too much pushes the oldest out", "[registry]") {
  HeldBytes held{5};
  std::string written;
  for (const std::string part : {"ab", "", "cde", "f", "ghi", "jklmn", "opqrstuvw", "xyz"}) {
    held.push(block_of(part));
    written += part;
    CHECK(held.size() == std::min<std::size_t>(written.size(), 5));
    CHECK(held.room() == 5 - held.size());
    HeldBytes copy = held;  // looked at without being put in order
    CHECK(text_of(copy) == written.substr(written.size() - held.size()));
  }
  CHECK(text_of(held) == "vwxyz");
}

TEST_CASE("held bytes: the oldest can be dropped, and more held, at any time", "[registry]") {
  HeldBytes held{4};
  held.push(block_of("abcdef"));
  held.drop(1);
  CHECK(text_of(held) == "def");
  held.push(block_of("gh"));
  CHECK(text_of(held) == "efgh");

  held.push(block_of("i"));
  held.set_most(6);
  held.push(block_of("jkl"));
  CHECK(text_of(held) == "ghijkl");
  held.set_most(2);
  CHECK(held.room() == 0);

  held.drop(6);
  CHECK(held.size() == 0);
  CHECK(held.room() == 6);
}
