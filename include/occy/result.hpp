// occy/result.hpp: the answer of a parser of text that occy did not write.
//
// References, URIs, digests, JSON documents and headers come from outside, and a wrong one is an ordinary answer, not a
// failure of the world. So their parsers return a value or a ParseError and never throw for what the text holds.
#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>
#include <cstddef>
#include <string>

#include "occy/export.hpp"

namespace occy {

/// Why a text was refused.
struct ParseError {
  /// What is wrong and what was expected, lower case, without a final full stop: "tag longer than 128 characters".
  std::string message;

  /// Where in the text, in bytes from its beginning.
  std::size_t position = 0;
};

/// Called by result<T>::value() when there is no value. Throws Error: Errc::bad_text (side: usage).
[[noreturn]] OCCY_API void throw_exception_from_error(const ParseError& error, const boost::source_location& where);

/// A T, or the ParseError that says why there is none.
template <class T>
using result = boost::system::result<T, ParseError>;

}  // namespace occy
