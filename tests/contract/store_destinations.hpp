// contract/store_destinations.hpp: stores as places for outputs: new ones, and ones with another image.
#pragma once

#include <filesystem>
#include <memory>
#include <set>
#include <string>

#include "contract/output_destinations.hpp"
#include "occy/outputs/dir.hpp"
#include "occy/outputs/layout.hpp"
#include "support/temp_dir.hpp"
#include "support/write_image.hpp"

namespace occy::test {

/// What a directory holds, as sorted relative paths.
inline std::set<std::string> paths_in(const std::filesystem::path& directory) {
  std::set<std::string> paths;
  if (!std::filesystem::exists(directory)) return paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory))
    paths.insert(entry.path().lexically_relative(directory));
  return paths;
}

inline std::string joined(const std::set<std::string>& paths) {
  std::string text;
  for (const auto& path : paths) text += path + "\n";
  return text;
}

/// Hidden files are temporary ones, whether there is an image or not.
inline std::set<std::string> hidden(const std::set<std::string>& paths) {
  std::set<std::string> found;
  for (const auto& path : paths)
    if (path.starts_with('.') || path.find("/.") != std::string::npos) found.insert(path);
  return found;
}

/// A new layout each time, until there is one.
class LayoutDestination final : public Destination {
 public:
  std::unique_ptr<ImageOutput> output() override { return std::make_unique<LayoutWriter>(path()); }
  bool has_image() override { return std::filesystem::exists(path()); }
  std::string leftovers() override { return joined(hidden(paths_in(directory_.path()))); }

 private:
  std::filesystem::path path() const { return directory_ / "layout"; }

  TempDir directory_;
};

/// A layout that has another image already.
class SharedLayoutDestination final : public Destination {
 public:
  SharedLayoutDestination() {
    MemoryInput other(make_image({random_layer(77, 2000)}, {"other:9"}));
    LayoutWriter writer(directory_.path());
    write_image(other, writer);
    before_ = paths_in(directory_.path());
  }

  std::unique_ptr<ImageOutput> output() override {
    return std::make_unique<LayoutWriter>(directory_.path(), LayoutWriterOptions{.tag = "1"});
  }

  bool has_image() override {
    const std::string index = read_file(directory_ / "index.json");
    return index.find(R"("org.opencontainers.image.ref.name":"1")") != std::string::npos;
  }

  std::string leftovers() override {
    auto paths = paths_in(directory_.path());
    if (has_image()) return joined(hidden(paths));
    for (const auto& path : before_) paths.erase(path);
    return joined(paths);
  }

 private:
  TempDir directory_;
  std::set<std::string> before_;
};

/// A new directory, which is then for that image only.
class DirDestination final : public Destination {
 public:
  std::unique_ptr<ImageOutput> output() override { return std::make_unique<DirWriter>(path()); }
  bool has_image() override { return std::filesystem::exists(path()); }
  std::string leftovers() override { return joined(hidden(paths_in(directory_.path()))); }
  WhenThere when_there() const override { return WhenThere::refuses; }

 private:
  std::filesystem::path path() const { return directory_ / "store"; }

  TempDir directory_;
};

/// A store that has another image already.
class SharedDirDestination final : public Destination {
 public:
  SharedDirDestination() {
    MemoryInput other(make_image({random_layer(77, 2000)}, {"other:9"}));
    DirWriter writer(directory_.path(), {.store = DirWriterOptions::Store::unique_names});
    write_image(other, writer);
    before_ = paths_in(directory_.path());
  }

  std::unique_ptr<ImageOutput> output() override {
    return std::make_unique<DirWriter>(directory_.path(),
                                       DirWriterOptions{.store = DirWriterOptions::Store::unique_names,
                                                        .names = std::vector{Reference::parse("occy/test:1").value()}});
  }

  bool has_image() override {
    return read_file(directory_ / "catalog.json").find("\"occy/test:1\"") != std::string::npos;
  }

  std::string leftovers() override {
    auto paths = paths_in(directory_.path());
    if (has_image()) return joined(hidden(paths));
    for (const auto& path : before_) paths.erase(path);
    return joined(paths);
  }

 private:
  TempDir directory_;
  std::set<std::string> before_;
};

}  // namespace occy::test
