// The answer of a server: what is understood of it does not depend on how the bytes arrive.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>

#include "fuzz.hpp"
#include "http/response_reader.hpp"

namespace {

using occy::http::ResponseReader;

struct Reading {
  ResponseReader::Stage stage = ResponseReader::Stage::header;
  unsigned status = 0;
  std::string body = {};

  friend bool operator==(const Reading&, const Reading&) = default;
};

Reading read(ResponseReader::Expects expects, occy::Block bytes, std::size_t piece) {
  ResponseReader reader{expects};
  Reading reading;
  const auto is_open = [&] {
    return reader.stage() == ResponseReader::Stage::header || reader.stage() == ResponseReader::Stage::body;
  };
  while (!bytes.empty() && is_open()) {
    const std::span<std::byte> space = reader.space();
    const std::size_t taken = std::min({space.size(), bytes.size(), piece});
    std::memcpy(space.data(), bytes.data(), taken);
    reader.received(taken);
    bytes = bytes.subspan(taken);
    if (reader.stage() != ResponseReader::Stage::body) continue;
    for (occy::Block run = reader.body(); !run.empty(); run = reader.body())
      reading.body.append(reinterpret_cast<const char*>(run.data()), run.size());
  }
  if (is_open()) reader.ended();
  reading.stage = reader.stage();
  reading.status = reader.response().status;
  if (reading.stage == ResponseReader::Stage::broken && reader.fault().empty()) std::abort();
  return reading;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const auto expects = data[0] % 2 == 0 ? ResponseReader::Expects::body : ResponseReader::Expects::no_body;
  const occy::Block bytes = occy::fuzz::block(data + 2, size - 2);
  if (read(expects, bytes, bytes.size() + 1) != read(expects, bytes, data[1] + std::size_t{1})) std::abort();
  return 0;
}
