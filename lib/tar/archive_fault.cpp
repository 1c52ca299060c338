#include "tar/archive_fault.hpp"

#include <algorithm>

namespace occy::tar {
namespace {

constexpr std::size_t kLongestName = 300;
constexpr std::size_t kShownOfLongName = 100;

std::string message_of(const ErrorDetail& detail) {
  std::string text = detail.what;
  if (!detail.expected.empty()) text += ": expected " + detail.expected;
  if (!detail.found.empty()) text += (detail.expected.empty() ? ": " : ", found ") + detail.found;
  if (!detail.hint.empty()) text += " (" + detail.hint + ")";
  return text;
}

}  // namespace

Error to_error(const ArchiveFault& fault) { return {fault.code, Side::input, fault.detail}; }

Finding to_finding(const ArchiveFault& fault) {
  return {.severity = fault.severity,
          .check = fault.check,
          .subject = fault.detail.subject,
          .message = message_of(fault.detail)};
}

std::string shortened(std::string_view name) {
  if (name.size() <= kLongestName) return std::string(name);
  return std::string(name.substr(0, kShownOfLongName)) + "…" +
         std::string(name.substr(name.size() - kShownOfLongName)) + " (" + std::to_string(name.size()) + " bytes)";
}

std::string located(const ParseError& error) {
  const std::string message = shortened(error.message);
  return error.position == 0 ? message : message + " (offset " + std::to_string(error.position) + ")";
}

std::string member_subject(std::string_view archive, std::string_view member) {
  return std::string(archive) + ": " + shortened(member);
}

void throw_first_error(const std::vector<ArchiveFault>& faults) {
  const auto first = std::find_if(faults.begin(), faults.end(),
                                  [](const ArchiveFault& fault) { return fault.severity == Severity::error; });
  if (first != faults.end()) throw to_error(*first);
}

}  // namespace occy::tar
