// The test framework, included here and nowhere else, so that its version matters in one place.
#pragma once

#include <string>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>  // Catch2 3
#else
#include <catch2/catch.hpp>  // Catch2 2.13
#endif

namespace occy::test {

/// A matcher of texts that have `part` in them. In Catch2 3 `Contains` looks for an element of a range.
inline auto contains_text(const std::string& part) {
#if CATCH_VERSION_MAJOR >= 3
  return Catch::Matchers::ContainsSubstring(part);
#else
  return Catch::Matchers::Contains(part);
#endif
}

}  // namespace occy::test
