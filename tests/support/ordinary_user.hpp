// support/ordinary_user.hpp: tests of permissions, also when root runs them.
#pragma once

#include <unistd.h>

#include "support/catch.hpp"

namespace occy::test {

/// Root may write everywhere; for its life, this process may not.
class OrdinaryUser {
 public:
  OrdinaryUser() {
    if (was_root_) REQUIRE(::seteuid(kNobody) == 0);
  }
  OrdinaryUser(const OrdinaryUser&) = delete;
  OrdinaryUser& operator=(const OrdinaryUser&) = delete;
  ~OrdinaryUser() {
    if (was_root_) static_cast<void>(::seteuid(0) == 0);
  }

 private:
  static constexpr uid_t kNobody = 65534;
  bool was_root_ = ::geteuid() == 0;
};

}  // namespace occy::test
