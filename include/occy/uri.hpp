// occy/uri.hpp: text → inputs and outputs. The only place that knows them all.
//
// `scheme://rest[?key=value&…]`. Schemes and their options: docs/command-reference.md.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "occy/engine.hpp"
#include "occy/input.hpp"
#include "occy/limits.hpp"
#include "occy/output.hpp"
#include "occy/result.hpp"

namespace occy {

/// A URI in its parts. Values are percent-decoded text; the rest is taken as it stands.
struct OCCY_API Uri {
  std::string scheme;
  std::string rest;
  std::vector<std::pair<std::string, std::string>> options = {};

  /// Splits; does not know which schemes and options there are. Refuses a missing "://", an option without "=", a key
  /// that comes twice, a broken percent escape, and NUL anywhere.
  [[nodiscard]] static result<Uri> parse(std::string_view text);
};

/// What the URIs leave open.
struct OpenOptions {
  /// For docker:// without `socket=`; its stop token and limits serve every scheme.
  EngineOptions engine = {};

  /// Empty: each output's own choice.
  std::filesystem::path temp_directory = {};

  /// See TarWriterOptions::verify_jobs.
  unsigned jobs = 0;

  /// The proof that will be asked of the output (ProcessOptions::verify): an output keeps, while it writes, what that
  /// proof needs. Default full: then none is cut short.
  std::optional<VerifyLevel> verify = VerifyLevel::full;
};

/// Makes the input that `uri` names. Throws Error (side: usage): Errc::bad_text for a URI, a reference, a scheme or an
/// option that is not known; the message lists those that are.
[[nodiscard]] OCCY_API std::unique_ptr<ImageInput> open_input(std::string_view uri, const OpenOptions& options = {});

/// Makes the output that `uri` names. Throws as open_input() does.
[[nodiscard]] OCCY_API std::unique_ptr<ImageOutput> open_output(std::string_view uri, const OpenOptions& options = {});

/// Throws Error (side: usage, Errc::destination) when both name the same file, which reading and writing at once would
/// destroy.
OCCY_API void require_distinct(std::string_view source, std::string_view destination);

}  // namespace occy
