// tar/archive_fault.hpp: what is wrong with an archive, before it is decided whether that is thrown or reported.
//
// process() stops at the first fault, check() reports them all; the rules are the same and are written once.
#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "occy/check_results.hpp"
#include "occy/error.hpp"
#include "occy/result.hpp"

namespace occy::tar {

struct ArchiveFault {
  /// What an Error made of it carries.
  Errc code = Errc::bad_archive;

  /// The check id: "archive-manifest", "config-digest" (docs/checks.md).
  std::string check;

  ErrorDetail detail;

  /// A warning never stops a process.
  Severity severity = Severity::error;
};

/// A value, or the fault that says why there is none.
template <class T>
using checked = boost::system::result<T, ArchiveFault>;

[[nodiscard]] Error to_error(const ArchiveFault& fault);
[[nodiscard]] Finding to_finding(const ArchiveFault& fault);

/// Throws the first fault that is an error, if there is one.
void throw_first_error(const std::vector<ArchiveFault>& faults);

/// A name from an archive for a message: it may be a megabyte long, of which the middle is left out.
[[nodiscard]] std::string shortened(std::string_view name);

/// A parser's message with its position: "unexpected end (offset 17)".
[[nodiscard]] std::string located(const ParseError& error);

/// "image.tar: 3f5c…/layer.tar", shortened.
[[nodiscard]] std::string member_subject(std::string_view archive, std::string_view member);

}  // namespace occy::tar
