// occy/error.hpp: what is thrown when the world fails.
//
// Three channels, never mixed: Error for I/O, daemons, and bytes that do not match their digest while an image is
// processed; result<T> (result.hpp) for text that occy did not write; CheckResults (check_results.hpp) for what is
// wrong with an image that is being looked at.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "occy/export.hpp"

namespace occy {

/// The kind of failure: what a caller may want to decide on.
enum class Errc {
  io,               ///< the operating system refused; `found` holds its words
  not_found,        ///< the file, the entry or the image is not there
  bad_archive,      ///< an archive breaks its format, or says two things at once
  bad_document,     ///< a JSON document does not parse, or lacks what it must have
  bad_text,         ///< a name, a digest or a URI does not parse
  digest_mismatch,  ///< the bytes are not those that their digest promises
  size_mismatch,    ///< more or fewer bytes than promised
  limit,            ///< a cap of occy::Limits was hit
  unsupported,      ///< understood, and refused
  refused,          ///< the daemon answered, and said no
  unreachable,      ///< the daemon could not be asked
  timed_out,        ///< no byte moved for as long as Timeouts allows
  interrupted,      ///< the other side lost a transfer, which may be made again from its beginning
  cancelled,        ///< the caller's stop token asked for it
  destination,      ///< the destination cannot take the image (kind, permission, same file as the source)
};

/// Which part of `input → filters → output → verify` failed.
enum class Side { input, filter, output, verify, usage };

/// The lower-case word for a side, as messages show it.
[[nodiscard]] OCCY_API std::string_view to_string(Side side) noexcept;

/// What there is to say about a failure. Empty members are left out of the message.
struct ErrorDetail {
  /// The thing concerned: a path, an archive and its member, a digest, an image name.
  std::string subject;

  /// What happened: "size does not match", "cannot open".
  std::string what;

  /// What should have been there.
  std::string expected = {};

  /// What was there instead; for Errc::io the system's words.
  std::string found = {};

  /// What the user can do about it, one sentence; shown on a line of its own.
  std::string hint = {};
};

/// A failure with a code, a side and a subject.
///
/// what() is one line: "SIDE: SUBJECT: WHAT: expected …, found …", without the parts that are empty. Where nothing was
/// expected, `found` stands alone: "input: image.tar: cannot open: No such file or directory". Side::usage shows no
/// side word: what the user typed is the subject. Every part goes through printable(). The hint is not part of it.
class OCCY_API Error : public std::runtime_error {
 public:
  Error(Errc code, Side side, ErrorDetail detail);

  [[nodiscard]] Errc code() const noexcept { return code_; }
  [[nodiscard]] Side side() const noexcept { return side_; }
  [[nodiscard]] const ErrorDetail& detail() const noexcept { return detail_; }

 private:
  Errc code_;
  Side side_;
  ErrorDetail detail_;
};

/// The same text with control bytes, DEL and bytes that are not UTF-8 written as \xNN, so that names from an image
/// cannot steer a terminal; so are the characters that end a line or turn the direction of writing (U+0080 to U+009F,
/// U+2028, U+202E and their like). Printable UTF-8 stays; a backslash becomes two.
[[nodiscard]] OCCY_API std::string printable(std::string_view text);

}  // namespace occy
