// Every recorded answer to a load, from nine engines, against the verdict that the engines' state bore out.
#include <algorithm>
#include <cstdint>
#include <map>

#include "docker/engine.hpp"
#include "docker/load_stream.hpp"
#include "support/catch.hpp"
#include "support/docker_api.hpp"
#include "support/fake_engine.hpp"

using namespace occy;
using namespace occy::docker;
using namespace occy::test;

namespace {

using Engines = std::uint32_t;
constexpr Engines kD20 = 1, kD26 = 2, kD26c = 4, kD28 = 8, kD28c = 16, kP4 = 32, kP54 = 64, kP58 = 128, kP6 = 256;
constexpr Engines kGraph = kD20 | kD26 | kD28;
constexpr Engines kContainerd = kD26c | kD28c;
constexpr Engines kPodman = kP4 | kP54 | kP58 | kP6;
constexpr Engines kAll = kGraph | kContainerd | kPodman;
constexpr Engines kNone = 0;

Engines bit_of(const std::string& engine) {
  const auto found = std::find(api_engines().begin(), api_engines().end(), engine);
  return Engines{1} << static_cast<unsigned>(found - api_engines().begin());
}

const std::string kAnyDigest = "sha256:" + std::string(64, 'a');

/// The name that was sent, and which engines loaded the image under it. A name that is no name at all cannot be
/// expected; the cases that send one expect occy/test:1, which no engine then has.
struct Expectation {
  std::string name;
  Engines loaded_by;
};

const std::map<std::string, Expectation>& special_cases() {
  static const std::map<std::string, Expectation> cases{
      // What not every engine understands.
      {"load-layer-zstd", {"occy/test:1", kAll & ~kD20}},
      {"load-whole-gzip", {"occy/test:1", kAll & ~kP4}},
      {"load-whole-zstd", {"occy/test:1", kAll & ~kD20}},
      {"load-dup-hardlink", {"occy/test:1", kAll & ~kContainerd}},
      {"load-windows", {"occy/test:1", kAll & ~kGraph}},
      {"load-oci-only", {"occy/test:1", kAll & ~kGraph}},
      {"load-oci-only-refname", {"occy/test:1", kAll & ~kGraph}},
      {"load-oci-only-notag", {"", kAll & ~kGraph}},
      {"load-oci-plus-manifest-notagann", {"occy/test:1", kGraph}},
      {"load-oci-zstd-plus-manifest", {"occy/test:1", kAll & ~kD20}},
      // Names.
      {"load-repotags-null", {"", kAll}},
      {"load-repotags-empty", {"", kAll}},
      {"load-repotags-absent", {"", kAll}},
      {"load-2images-notags", {"", kAll}},
      {"load-name-notag", {"occy/test", kContainerd}},
      {"load-name-short", {"occy:1", kAll}},
      {"load-name-hostport", {"registry.example:5000/occy/test:1", kAll}},
      {"load-name-hostport-notag", {"registry.example:5000/occy/test", kContainerd}},
      {"load-name-localhost", {"localhost/occy/test:1", kAll}},
      {"load-name-dockerio", {"docker.io/occy/test:1", kAll}},
      {"load-name-dockerio-library", {"docker.io/library/occy:1", kAll}},
      {"load-name-upper", {"occy/test:1", kNone}},
      {"load-name-badtag", {"occy/test:1", kNone}},
      {"load-name-emptystr", {"occy/test:1", kNone}},
      {"load-name-digest", {"occy/test@" + kAnyDigest, kContainerd}},
      // The classic store says so and sets no tag: only the inspect afterwards tells.
      {"load-name-tagdigest", {"occy/test:1@" + kAnyDigest, kGraph}},
      {"load-3tags", {"occy/b:2", kAll}},
      {"load-2images", {"occy/b:1", kAll}},
      {"load-oci-multiplatform", {"occy/multi:1", kContainerd}},
      {"load-oci-multiplatform-nested", {"occy/multi:1", kContainerd | kPodman}},
      // Layers left out that the engine has. The containerd store says so for empty entries too, and only the Id tells.
      {"load-thin-all-layers-absent", {"occy/test:thin", kGraph}},
      {"load-thin-new-top-layer", {"occy/test:thin2", kGraph}},
      {"load-thin-empty-entries", {"occy/test:thin3", kAll}},
      {"load-thin-oci-prep", {"occy/test:1", kAll & ~kGraph}},
      {"load-thin-oci", {"occy/test:thin", kAll & ~kGraph}},
      {"load-thin-ocim", {"occy/test:thin", kAll}},
      // Recorded among the errors, and accepted.
      {"err-config-name-wrong", {"occy/test:1", kAll}},
      {"err-path-traversal", {"occy/test:1", kAll & ~kGraph}},
      {"err-layer-dotdot", {"occy/test:1", kAll & ~kD28}},
      {"err-api-too-new", {"occy/test:1", kPodman}},
      {"err-api-too-old", {"occy/test:1", kPodman}},
      {"err-thin-ocim-other-compression-prep", {"occy/test:1", kAll}},
      {"err-thin-ocim-other-compression", {"occy/test:thin", kAll}},
      {"err-thin-known-layers-other-order", {"occy/np:1", kContainerd | kPodman}},
      {"err-2images-second-bad", {"occy/b:1", kNone}},
  };
  return cases;
}

/// What else begins with "load" was made to be loaded, what else begins with "err" was made to fail.
Expectation expectation_of(const ApiCase& recorded) {
  const auto special = special_cases().find(recorded.name);
  if (special != special_cases().end()) return special->second;
  return {"occy/test:1", recorded.name.starts_with("load") ? kAll : kNone};
}

Reference reference_of(const std::string& name) { return name.empty() ? Reference{} : Reference::parse(name).value(); }

LoadVerdict judge_in_pieces(const ApiCase& recorded, std::initializer_list<std::string_view> pieces) {
  LoadStream stream{recorded.status, reference_of(expectation_of(recorded).name), {}};
  for (const std::string_view piece : pieces) stream.feed(std::as_bytes(std::span{piece}));
  return stream.finish();
}

std::vector<ApiCase> recorded_loads() {
  std::vector<ApiCase> loads = api_cases("load");
  const std::vector<ApiCase> errors = api_cases("err");
  loads.insert(loads.end(), errors.begin(), errors.end());
  return loads;
}

bool is_expected(const ApiCase& recorded) {
  return (expectation_of(recorded).loaded_by & bit_of(recorded.engine)) != 0;
}

}  // namespace

TEST_CASE("recorded loads: the table knows only cases that were recorded", "[docker]") {
  const std::vector<ApiCase> loads = recorded_loads();

  CHECK(loads.size() > 800);
  for (const auto& [name, expectation] : special_cases()) {
    INFO(name);
    CHECK(std::any_of(loads.begin(), loads.end(), [&known = name](const ApiCase& one) { return one.name == known; }));
  }
}

TEST_CASE("recorded loads: what is expected is what the engine had afterwards", "[docker]") {
  for (const ApiCase& recorded : recorded_loads()) {
    const std::string name = expectation_of(recorded).name;
    if (!recorded.tags_after || recorded.tags_after->empty() || name.empty() || !is_expected(recorded)) continue;
    if (recorded.name == "load-name-tagdigest") continue;  // said to be loaded, and was not: see the table
    if (recorded.name == "err-thin-ocim-other-compression" && recorded.engine == "docker-26-containerd")
      continue;  // blobs are missing, and it does not even list the image

    const std::string canonical = reference_of(name).canonical();
    INFO(recorded.engine << " " << recorded.name);
    CHECK(std::any_of(recorded.tags_after->begin(), recorded.tags_after->end(), [&](const std::string& tag) {
      const auto had = Reference::parse(tag);
      return had.has_value() && (had->canonical() == canonical || tag == "localhost/" + name);
    }));
  }
}

TEST_CASE("recorded loads: every answer gets the verdict that it deserves", "[docker]") {
  for (const ApiCase& recorded : recorded_loads()) {
    const LoadVerdict verdict = judge_in_pieces(recorded, {body_of(recorded.response)});

    INFO(recorded.engine << " " << recorded.name << ": " << verdict.reason);
    CHECK(verdict.loaded == is_expected(recorded));
    CHECK(verdict.reason.empty() == verdict.loaded);
    CHECK(verdict.reason.find('\n') == std::string::npos);
  }
}

TEST_CASE("recorded loads: the verdict does not depend on where the answer was cut in two", "[docker]") {
  for (const ApiCase& recorded : recorded_loads()) {
    if (recorded.recorded_as != recorded.name) continue;
    const std::string body = body_of(recorded.response);
    const std::string_view text = body;
    const std::string reason = judge_in_pieces(recorded, {text}).reason;
    std::size_t differing = 0;
    // An error's body is only put together: a few cuts will do, and its parsing is most of this test's time.
    const std::size_t step = recorded.status == 200 ? 1 : 211;
    for (std::size_t cut = 0; cut <= text.size(); cut += step) {
      const LoadVerdict verdict = judge_in_pieces(recorded, {text.substr(0, cut), text.substr(cut)});
      if (verdict.loaded != is_expected(recorded) || verdict.reason != reason) ++differing;
    }

    INFO(recorded.engine << " " << recorded.name);
    CHECK(differing == 0);
  }
}

TEST_CASE("recorded loads: the same verdicts over a socket", "[docker]") {
  for (const ApiCase& recorded : recorded_loads()) {
    if (recorded.recorded_as != recorded.name) continue;
    FakeEngine engine{{docker_ping(), {.request = "/images/load", .bytes = recorded.response}}};
    EngineOptions options;
    options.socket = engine.socket();
    Engine client{options, Side::output};

    const auto exchange = client.begin_load();
    exchange->finish_body();
    LoadStream stream{exchange->response().status, reference_of(expectation_of(recorded).name), {}};
    for (Block bytes = exchange->read(); !bytes.empty(); bytes = exchange->read()) stream.feed(bytes);

    INFO(recorded.engine << " " << recorded.name);
    CHECK(stream.finish().loaded == is_expected(recorded));
  }
}
