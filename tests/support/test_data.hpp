// support/test_data.hpp: where tests/data is. One source knows the path, so that a compiler cache serves all the others
// in any checkout.
#pragma once

#include <filesystem>

namespace occy::test {

/// The directory tests/data.
[[nodiscard]] std::filesystem::path test_data();

}  // namespace occy::test
