// occy/uri.hpp: text → inputs, filters and outputs. The only place that knows them all.
//
// `scheme://rest[?key=value&…]`, `filter[:key=value,…]`. What there is, with options: docs/command-reference.md.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "occy/blobs.hpp"
#include "occy/engine.hpp"
#include "occy/filter.hpp"
#include "occy/input.hpp"
#include "occy/limits.hpp"
#include "occy/output.hpp"
#include "occy/platform.hpp"
#include "occy/registry.hpp"
#include "occy/result.hpp"
#include "occy/search_match.hpp"

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

  /// For registry://; without it, each has a session of its own, with the engine's limits and stop token.
  std::optional<RegistrySession> registry = {};

  /// Which image of an index, where the URI does not say: for registry:// and layout://.
  std::optional<Platform> platform = {};

  /// See RegistryInputOptions::blob_cache.
  std::filesystem::path blob_cache = {};

  /// For registry:// as destination, where the URI does not say: see RegistryWriterOptions.
  Compression compression = Compression::gzip;
  std::filesystem::path layer_cache = {};

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

/// Makes what copy_index() reads whole indexes from, or writes them to: of registry://, layout:// and tar://
/// (with layout=oci). Throws as open_input() does, and Errc::unsupported for the other schemes.
[[nodiscard]] OCCY_API std::unique_ptr<BlobInput> open_blob_input(std::string_view uri,
                                                                  const OpenOptions& options = {});
[[nodiscard]] OCCY_API std::unique_ptr<BlobOutput> open_blob_output(std::string_view uri,
                                                                    const OpenOptions& options = {});

/// What a registry:// URI names. Throws as open_input() does.
[[nodiscard]] OCCY_API RegistryPlace parse_registry_place(std::string_view uri);

/// A URI, or a text with one, for messages and reports: a login in it is left out.
[[nodiscard]] OCCY_API std::string without_login(std::string_view uri);

/// How matches are to be shown.
enum class MatchStyle {
  text,    ///< for people
  script,  ///< for programs that read lines
};

/// What the texts of filters leave open.
struct FilterOptions {
  /// Makes what takes the matches of one search filter. Without it, there can be none.
  std::function<OnMatch(MatchStyle)> on_match = {};

  /// For normalize-timestamps without `ts=`. Missing: 0.
  std::optional<std::int64_t> source_date_epoch = {};

  /// Opens the image that `keep-base=` names. Empty: open_input().
  std::function<std::unique_ptr<ImageInput>(const std::string& uri)> open_base = {};
};

/// Makes the filter that `spec` describes: NAME[:KEY=VALUE[,VALUE…][,KEY=VALUE…]…]; a value with a comma or an equals
/// sign stands between quotes. Throws Error (side: usage): Errc::bad_text for a filter, an option or a value that is
/// not known; the message lists those that are. Throws what opening the base throws.
[[nodiscard]] OCCY_API std::unique_ptr<ImageFilter> open_filter(std::string_view spec,
                                                                const FilterOptions& options = {});

/// Throws Error (side: usage, Errc::destination) when both name the same file, which reading and writing at once would
/// destroy.
OCCY_API void require_distinct(std::string_view source, std::string_view destination);

}  // namespace occy
