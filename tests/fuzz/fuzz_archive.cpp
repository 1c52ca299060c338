// A whole archive, read forward and checked: findings or errors, never a crash.
#include <memory>

#include "fuzz.hpp"
#include "occy/check.hpp"
#include "occy/error.hpp"
#include "occy/inputs/tar_stream.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    occy::TarStreamInput input(std::make_unique<occy::fuzz::OneBlock>(occy::fuzz::block(data, size)), "fuzz");
    (void)occy::check(input, {.jobs = 1});
  } catch (const occy::Error&) {
  }
  return 0;
}
