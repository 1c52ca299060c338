// contract/path_destinations.hpp: places in the file system where outputs write.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "contract/output_destinations.hpp"
#include "support/temp_dir.hpp"

namespace occy::test {

/// Makes the output for a path.
using MakeOutput = std::function<std::unique_ptr<ImageOutput>(const std::filesystem::path&)>;

/// A path where nothing is, until there is an image: a file, or a directory.
class NewPath final : public Destination {
 public:
  explicit NewPath(MakeOutput make, WhenThere when_there = WhenThere::replaces,
                   AfterDrop after_drop = AfterDrop::goes_on)
      : make_(std::move(make)), when_there_(when_there), after_drop_(after_drop) {}

  std::unique_ptr<ImageOutput> output() override { return make_(path()); }
  bool has_image() override { return std::filesystem::exists(path()); }
  std::string leftovers() override;
  AfterDrop after_drop() const override { return after_drop_; }
  WhenThere when_there() const override { return when_there_; }

 private:
  [[nodiscard]] std::filesystem::path path() const { return directory_ / "image"; }

  MakeOutput make_;
  WhenThere when_there_;
  AfterDrop after_drop_;
  TempDir directory_;
};

/// A document of a store, and what it says of an image that is there.
struct Mention {
  std::string document;
  std::string text;
};

/// A store that has another image already.
class SharedStore final : public Destination {
 public:
  SharedStore(const MakeOutput& make_other, MakeOutput make, Mention mention);

  std::unique_ptr<ImageOutput> output() override { return make_(directory_.path()); }
  bool has_image() override;
  std::string leftovers() override;

 private:
  MakeOutput make_;
  Mention mention_;
  TempDir directory_;
  std::set<std::string> before_;
};

}  // namespace occy::test
