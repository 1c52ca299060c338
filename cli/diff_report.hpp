// cli/diff_report.hpp: in what two images differ, for people and for programs (docs/command-reference.md).
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "occy/diff.hpp"

namespace occy::cli {

/// Takes the report piece by piece: it can be long.
using WriteText = std::function<void(std::string_view)>;

struct DiffNames {
  std::string a;
  std::string b;
};

/// What is equal is not told.
void write_diff_text(const ImageDiff& found, const WriteText& write);

/// One object on one line.
void write_diff_json(const ImageDiff& found, const DiffNames& names, const WriteText& write);

}  // namespace occy::cli
