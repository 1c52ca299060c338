// What an engine says of an image, and of a failure.
#include "docker/error_message.hpp"
#include "docker/image_inspect.hpp"
#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = occy::fuzz::text(data, size);
  (void)occy::docker::parse_image_inspect(text, {});
  (void)occy::docker::error_message(text, {});
  return 0;
}
