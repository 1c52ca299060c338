#include "occy/error.hpp"

#include "occy/result.hpp"

namespace occy {
namespace {

void append_part(std::string& line, std::string_view part) {
  if (part.empty()) return;
  if (!line.empty()) line += ": ";
  line += part;
}

std::string difference(const ErrorDetail& detail) {
  if (detail.expected.empty()) return printable(detail.found);
  std::string text = "expected " + printable(detail.expected);
  if (!detail.found.empty()) text += ", found " + printable(detail.found);
  return text;
}

std::string one_line(Side side, const ErrorDetail& detail) {
  std::string line;
  if (side != Side::usage) append_part(line, to_string(side));
  append_part(line, printable(detail.subject));
  append_part(line, printable(detail.what));
  append_part(line, difference(detail));
  return line;
}

}  // namespace

std::string_view to_string(Side side) noexcept {
  switch (side) {
    case Side::input:
      return "input";
    case Side::filter:
      return "filter";
    case Side::output:
      return "output";
    case Side::verify:
      return "verify";
    case Side::usage:
      return "usage";
  }
  return "";
}

Error::Error(Errc code, Side side, ErrorDetail detail)
    : std::runtime_error(one_line(side, detail)), code_(code), side_(side), detail_(std::move(detail)) {}

void throw_exception_from_error(const ParseError& error, const boost::source_location&) {
  throw Error(Errc::bad_text, Side::usage, {.subject = {}, .what = error.message});
}

}  // namespace occy
