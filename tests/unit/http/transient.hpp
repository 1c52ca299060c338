// Whether a failure says that another try may go well.
#pragma once

#include "http/client.hpp"
#include "support/catch.hpp"

namespace occy::test {

/// Fails the test when `action` throws no Error.
template <class Action>
bool is_transient(const Action& action) {
  try {
    action();
  } catch (const http::TransientError&) {
    return true;
  } catch (const Error&) {
    return false;
  }
  FAIL("expected an Error");
  return false;
}

}  // namespace occy::test
