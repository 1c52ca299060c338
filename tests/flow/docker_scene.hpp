// flow/docker_scene.hpp: what the flows through a fake engine share.
#pragma once

#include <string>
#include <vector>

#include "occy/engine.hpp"
#include "occy/process.hpp"
#include "support/archive_members.hpp"
#include "support/docker_api.hpp"
#include "support/error_of.hpp"
#include "support/fake_engine.hpp"
#include "support/image_builder.hpp"
#include "support/memory_input.hpp"

namespace occy::test {

/// Patience that a test has: long for a busy machine, short for a fake that never answers.
inline constexpr std::chrono::milliseconds kShortWait{300};

inline EngineOptions engine_at(const FakeEngine& engine, std::chrono::milliseconds wait = std::chrono::seconds{20}) {
  return {.socket = engine.socket(), .timeouts = {.connect = wait, .response = wait, .idle = wait}};
}

inline FakeAnswer recorded(const std::string& request, const std::string& engine, const std::string& name) {
  return {.request = request, .bytes = api_case(engine, name).response};
}

/// The answer to an inspect as the writer asks for it: from API 1.48 on with the manifests.
inline std::string inspect_case(const std::string& engine) {
  return engine.starts_with("docker-28") ? "inspect-manifests1" : "inspect";
}

/// ping, load and inspect of an engine that loads recorded_image().
inline std::vector<FakeAnswer> loading_engine(const std::string& engine) {
  return {recorded("/_ping", engine, "ping"), recorded("/images/load", engine, "load-basic-manifest-last"),
          recorded("/json", engine, inspect_case(engine))};
}

/// What an engine must be sent for `image`: each distinct layer once, config, manifest.json.
ArchiveMembers expected_members(const TestImage& image);

/// Moves `image` from memory into `engine`, under its own name.
ProcessReport load(const FakeEngine& engine, const TestImage& image, MemoryInputOptions input = {});

}  // namespace occy::test
