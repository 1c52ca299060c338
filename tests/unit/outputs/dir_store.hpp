// A directory store with an image in it.
#pragma once

#include <filesystem>
#include <utility>

#include "occy/outputs/dir.hpp"
#include "occy/process.hpp"
#include "support/catch.hpp"
#include "support/memory_input.hpp"

namespace occy::test {

inline constexpr auto kUnique = DirWriterOptions::Store::unique_names;

/// Writes the image, and has it verified in full.
inline void write_to(const std::filesystem::path& path, const TestImage& image, DirWriterOptions options = {},
                     unsigned jobs = 1) {
  MemoryInput input(image);
  DirWriter writer(path, std::move(options));
  const auto report = process(input, writer, {.verify = VerifyLevel::full, .jobs = jobs});
  CHECK(report.outcome() == ProcessReport::Outcome::verified);
}

}  // namespace occy::test
