#include "support/test_data.hpp"

namespace occy::test {

std::filesystem::path test_data() { return OCCY_TEST_DATA; }

}  // namespace occy::test
