#include "occy/error.hpp"

#include "occy/reference.hpp"
#include "support/catch.hpp"

using occy::Errc;
using occy::Error;
using occy::printable;
using occy::Side;

TEST_CASE("error: the line names side, subject, what, expected and found", "[model]") {
  const Error error(Errc::digest_mismatch, Side::input, {"image.tar: layer", "digest does not match", "a", "b"});

  CHECK(std::string(error.what()) == "input: image.tar: layer: digest does not match: expected a, found b");
}

TEST_CASE("error: where nothing was expected, what was found stands alone", "[model]") {
  const Error error(Errc::io, Side::input, {"image.tar", "cannot open", {}, "No such file or directory"});

  CHECK(std::string(error.what()) == "input: image.tar: cannot open: No such file or directory");
}

TEST_CASE("error: empty parts leave no trace in the line", "[model]") {
  CHECK(std::string(Error(Errc::io, Side::output, {{}, "gone"}).what()) == "output: gone");
  CHECK(std::string(Error(Errc::io, Side::output, {"x", "wrong", "a file"}).what()) ==
        "output: x: wrong: expected a file");
}

TEST_CASE("error: what the user typed is shown without a side", "[model]") {
  const Error error(Errc::bad_text, Side::usage, {"Debian", "the name must be lower case"});

  CHECK(std::string(error.what()) == "Debian: the name must be lower case");
}

TEST_CASE("error: the hint is kept and is not part of the line", "[model]") {
  const Error error(Errc::destination, Side::output, {"x", "wrong", {}, {}, "Name a file."});

  CHECK(std::string(error.what()) == "output: x: wrong");
  CHECK(error.detail().hint == "Name a file.");
}

TEST_CASE("error: a name from an image cannot steer the terminal", "[model]") {
  const Error error(Errc::io, Side::input, {"a\x1b[2J\nb", "broken"});

  CHECK(std::string(error.what()) == "input: a\\x1b[2J\\x0ab: broken");
}

TEST_CASE("error: value() of a refused text throws bad_text", "[model]") {
  const auto reference = occy::Reference::parse("Debian");

  REQUIRE_FALSE(reference.has_value());
  try {
    static_cast<void>(reference.value());
    FAIL("no exception");
  } catch (const Error& error) {
    CHECK(error.code() == Errc::bad_text);
    CHECK(error.side() == Side::usage);
    CHECK(std::string(error.what()) == reference.error().message);
  }
}

TEST_CASE("printable: text stays, a backslash becomes two", "[model]") {
  CHECK(printable("plain text") == "plain text");
  CHECK(printable("Gr\xc3\xbc\xc3\x9f"
                  "e \xe2\x82\xac \xf0\x9f\x90\xb3") ==
        "Gr\xc3\xbc\xc3\x9f"
        "e \xe2\x82\xac \xf0\x9f\x90\xb3");
  CHECK(printable("a\\b") == "a\\\\b");
  CHECK(printable("").empty());
}

TEST_CASE("printable: control bytes and DEL are escaped", "[model]") {
  CHECK(printable(std::string_view("\0\t\x7f", 3)) == "\\x00\\x09\\x7f");
}

TEST_CASE("printable: bytes that are not UTF-8 are escaped one by one", "[model]") {
  CHECK(printable("\xff") == "\\xff");
  CHECK(printable("a\xc3") == "a\\xc3");                           // cut
  CHECK(printable("\xc0\xaf") == "\\xc0\\xaf");                    // overlong
  CHECK(printable("\xed\xa0\x80") == "\\xed\\xa0\\x80");           // surrogate
  CHECK(printable("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");  // above U+10FFFF
  CHECK(printable("\xe2\x82x") == "\\xe2\\x82x");
}

TEST_CASE("printable: characters that turn the writing direction or end a line are escaped", "[model]") {
  CHECK(printable("\xc2\x9b") == "\\xc2\\x9b");           // CSI
  CHECK(printable("\xe2\x80\xae") == "\\xe2\\x80\\xae");  // right-to-left override
  CHECK(printable("\xe2\x80\xa8") == "\\xe2\\x80\\xa8");  // line separator
}
