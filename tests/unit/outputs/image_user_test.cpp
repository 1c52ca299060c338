#include "outputs/image_user.hpp"

#include "occy/error.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"

using namespace occy;
using namespace occy::outputs;
using test::error_of;

namespace {

constexpr const char* kPasswd =
    "root:x:0:0:root:/root:/bin/sh\n"
    "rubbish\n"
    ":x:9:9::/:\n"
    "bad:x:not-a-number:1::/:\n"
    "daemon:x:1:2:daemon:/:\n"
    "app:x:1000:1001:App:/home/app:/bin/sh\n"
    "2000:x:7:8:a number for a name:/:";
constexpr const char* kGroup =
    "root:x:0:\nrubbish\napp:x:1001:\nvideo:x:44:app,daemon\naudio:x:29:daemon,app\napple:x:50:apps\n";

ImageUser find(std::string_view user) { return find_user(user, kPasswd, kGroup); }

using Ids = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("image user: nobody named is root", "[outputs]") {
  CHECK(find("").uid == 0);
  CHECK(find("").gid == 0);
  CHECK(find_user("", "", "").uid == 0);
}

TEST_CASE("image user: a name has its group, and the groups that list it", "[outputs]") {
  const auto user = find("app");

  CHECK(user.uid == 1000);
  CHECK(user.gid == 1001);
  CHECK(user.additional_gids == Ids{44, 29});
}

TEST_CASE("image user: a number is taken as it is, with the group of its entry", "[outputs]") {
  CHECK(find("1000").gid == 1001);
  CHECK(find("1000").additional_gids == Ids{44, 29});
  CHECK(find("4711").uid == 4711);
  CHECK(find("4711").gid == 0);
  CHECK(find_user("4711", "", "").uid == 4711);
}

TEST_CASE("image user: a number that is somebody's name is that user", "[outputs]") { CHECK(find("2000").uid == 7); }

TEST_CASE("image user: a group that is named counts, and no other", "[outputs]") {
  CHECK(find("app:video").gid == 44);
  CHECK(find("app:video").additional_gids.empty());
  CHECK(find("app:4711").gid == 4711);
  CHECK(find("app:").gid == 1001);
  CHECK(find(":video").uid == 0);
  CHECK(find(":video").gid == 44);
}

TEST_CASE("image user: a name that the image does not have is an error that names it", "[outputs]") {
  for (const char* user :
       {"nobody", "bad", "rubbish", "app:none", "-1", "2147483648", "1000x", "99999999999999999999"}) {
    INFO(user);
    const auto error = error_of([&] { (void)find(user); });
    CHECK(error.code() == Errc::not_found);
    CHECK_FALSE(error.detail().subject.empty());
  }
}
