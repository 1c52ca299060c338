#include "model/base64.hpp"

#include "support/catch.hpp"

using occy::decode_base64;
using occy::encode_base64;

TEST_CASE("base64: the specification's examples, both ways", "[model]") {
  const auto [bytes, text] = GENERATE(table<std::string, std::string>({{"", ""},
                                                                       {"f", "Zg=="},
                                                                       {"fo", "Zm8="},
                                                                       {"foo", "Zm9v"},
                                                                       {"foob", "Zm9vYg=="},
                                                                       {"fooba", "Zm9vYmE="},
                                                                       {"foobar", "Zm9vYmFy"},
                                                                       {"\xff\xfe\xfd", "//79"}}));
  CHECK(encode_base64(bytes) == text);
  CHECK(decode_base64(text).value() == bytes);
}

TEST_CASE("base64: padding may be absent", "[model]") {
  CHECK(decode_base64("Zg").value() == "f");
  CHECK(decode_base64("Zm8").value() == "fo");
}

TEST_CASE("base64: what is none is refused", "[model]") {
  const std::string text =
      GENERATE("Z", "Zg=", "Zh==", "Zm9=", "Zm9v=", "Zg===", "====", "Zm 9", "Zm9v\n", "Zm-_", "Z=g=");
  INFO(text);
  CHECK(decode_base64(text).has_error());
}
