// The status stream of a load: the verdict does not depend on how the bytes arrive.
#include <cstdlib>

#include "docker/load_stream.hpp"
#include "fuzz.hpp"

namespace {

occy::docker::LoadVerdict verdict(unsigned status, occy::Block bytes, std::size_t cut) {
  occy::docker::LoadStream stream(status, {.domain = "", .path = "occy/test", .tag = "1", .digest = {}}, {});
  stream.feed(bytes.first(cut));
  stream.feed(bytes.subspan(cut));
  return stream.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const unsigned status = data[0] % 2 == 0 ? 200 : 500;
  const occy::Block bytes = occy::fuzz::block(data + 2, size - 2);
  const std::size_t cut = bytes.empty() ? 0 : data[1] % bytes.size();
  if (verdict(status, bytes, 0).loaded != verdict(status, bytes, cut).loaded) std::abort();
  return 0;
}
