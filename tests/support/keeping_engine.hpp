// support/keeping_engine.hpp: a fake engine that keeps the image that it is sent, for suites that write any image.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "support/fake_engine.hpp"

namespace occy::test {

/// Loads docker-save archives, whole ones only, and inspects and exports what it has, by name or id, as a classic store
/// does. It does not look into layers.
class KeepingEngine {
 public:
  KeepingEngine();

  [[nodiscard]] const std::filesystem::path& socket() const noexcept { return engine_.socket(); }

  /// Whether an image has this name. Never waits: an image is there before the load is answered.
  [[nodiscard]] bool has(const std::string& name);

 private:
  struct Image {
    std::string id;
    std::string inspect;
    std::string archive;
  };

  [[nodiscard]] std::string load(const FakeRequest& request);
  [[nodiscard]] std::string inspect(const FakeRequest& request);
  [[nodiscard]] std::string export_image(const FakeRequest& request);
  [[nodiscard]] std::optional<Image> find(const std::string& line);

  std::mutex mutex_;
  std::map<std::string, Image> images_;  ///< by name
  FakeEngine engine_;
};

}  // namespace occy::test
