#include "occy/error.hpp"
#include "occy/uri.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"

using namespace occy;
using namespace occy::test;

TEST_CASE("login: no message shows a secret, however the login is written", "[uri]") {
  CHECK(without_login("registry://u:secret@host/a:1?insecure=true") == "registry://host/a:1?insecure=true");
  CHECK(without_login("registry://u:sec/ret@host/a") == "registry://host/a");
  CHECK(without_login("registry://u:s@cret@host/a") == "registry://host/a");
  CHECK(without_login("normalize-timestamps:keep-base=registry://u:secret@host/a,foo=1") ==
        "normalize-timestamps:keep-base=registry://host/a,foo=1");
  const std::string digest = "@sha256:" + std::string(64, '1');
  CHECK(without_login("registry://host/a:1" + digest) == "registry://host/a:1" + digest);
  CHECK(without_login("registry://u:secret@host/a" + digest) == "registry://host/a" + digest);
  CHECK(without_login("tar://a@b") == "tar://a@b");
}

TEST_CASE("login: one that is not percent-encoded is refused without being shown", "[uri]") {
  for (const char* uri : {"registry://u:sec/ret@host/a:1", "registry://u:x@sec/ret@host/a:1"}) {
    const Error error = error_of([&] { (void)open_input(uri); });
    CHECK(error.code() == Errc::bad_text);
    CHECK_THAT(error.what(), !contains_text("ret@"));
    CHECK_THAT(error.what(), contains_text("percent-encoded"));
  }
}

TEST_CASE("login: a filter that is refused does not show that of its base", "[uri]") {
  const Error error =
      error_of([] { (void)open_filter("normalize-timestamps:keep-base=registry://u:secret@host/a,foo=1"); });

  CHECK_THAT(error.what(), !contains_text("secret"));
  CHECK_THAT(error.what(), contains_text("unknown option"));
}
