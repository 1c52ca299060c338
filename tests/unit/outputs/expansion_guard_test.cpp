#include "outputs/expansion_guard.hpp"

#include <string>

#include "occy/error.hpp"
#include "support/catch.hpp"
#include "support/image_builder.hpp"

using namespace occy;

namespace {

/// What the guard throws when it is pushed `layer` in pieces of `piece` bytes; empty when it lets it pass.
std::string refusal(std::string_view layer, const Limits& limits, std::size_t piece = 4096) {
  ExpansionGuard guard{"layer.tar", limits};
  try {
    for (std::size_t i = 0; i < layer.size(); i += piece) guard.push(std::as_bytes(std::span{layer.substr(i, piece)}));
  } catch (const Error& error) {
    return error.code() == Errc::limit ? "limit" : error.code() == Errc::bad_archive ? "archive" : error.what();
  }
  return {};
}

/// An entry that declares `size` bytes and has none of them.
std::string declaring(std::uint64_t size) { return test::ustar_header({.name = "hole"}, size); }

}  // namespace

TEST_CASE("expansion guard: entries may declare as much as the limit, together", "[outputs]") {
  const auto layer = test::make_tar(
      {{.name = "a", .content = std::string(600, 'a')}, {.name = "b", .content = std::string(400, 'b')}});
  Limits limits;

  limits.expanded_layer_bytes = 1000;
  CHECK(refusal(layer, limits).empty());
  CHECK(refusal(layer, limits, 1).empty());

  limits.expanded_layer_bytes = 999;
  CHECK(refusal(layer, limits) == "limit");
  CHECK(refusal(layer, limits, 1) == "limit");
}

TEST_CASE("expansion guard: a header alone is enough to be refused", "[outputs]") {
  CHECK(refusal(declaring(077777777777), Limits{.expanded_layer_bytes = std::uint64_t{1} << 30U}) == "limit");
}

TEST_CASE("expansion guard: what cannot be walked is refused, and what ends early is not", "[outputs]") {
  const auto layer = test::make_tar({{.name = "a", .content = "content"}});

  CHECK(refusal(std::string(1024, 'x'), {}) == "archive");
  CHECK(refusal(layer.substr(0, 1024), {}).empty());
  CHECK(refusal(layer.substr(0, 700), {}).empty());
  CHECK(refusal("", {}).empty());
  CHECK(refusal(std::string(1024, '\0'), {}).empty());
}

TEST_CASE("expansion guard: bytes after the end of the layer's archive pass", "[outputs]") {
  CHECK(refusal(test::make_tar({{.name = "a"}}) + std::string(5000, 'j'), {}).empty());
}
