// support/error_of.hpp: the error that something must end with.
#pragma once

#include <stdexcept>

#include "occy/error.hpp"
#include "support/catch.hpp"

namespace occy::test {

/// What `action` throws; fails the test when it throws nothing.
template <class Action>
Error error_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  FAIL("expected an Error");
  throw std::logic_error("not reached");
}

}  // namespace occy::test
