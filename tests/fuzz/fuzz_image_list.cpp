// Lists of images, and shards: any text is a list or a refusal that names a line, and every image is one worker's.
#include <cstdlib>

#include "fuzz.hpp"
#include "occy/image_list.hpp"
#include "occy/uri.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = occy::fuzz::text(data, size);
  if (const auto shard = occy::Shard::parse(text); shard && (shard->index < 1 || shard->index > shard->count))
    std::abort();
  const auto images = occy::parse_image_list(text);
  if (!images) {
    if (!images.error().message.starts_with("line ")) std::abort();
    return 0;
  }
  for (const occy::ListedImage& image : *images) {
    if (occy::Uri::parse(image.source).has_error() || occy::Uri::parse(image.destination).has_error()) std::abort();
    const unsigned shard = occy::shard_of(image.destination, 3);
    if (shard < 1 || shard > 3) std::abort();
  }
  return 0;
}
