#include "occy/check_results.hpp"

#include <algorithm>
#include <utility>

namespace occy {

std::string_view to_string(Severity severity) noexcept {
  switch (severity) {
    case Severity::info:
      return "info";
    case Severity::warning:
      return "warning";
    case Severity::error:
      return "error";
  }
  return "";
}

void CheckResults::add(Finding finding) {
  if (finding.severity == Severity::error) ++errors_;
  if (finding.severity == Severity::warning) ++warnings_;
  if (findings_.size() < cap_)
    findings_.push_back(std::move(finding));
  else
    ++dropped_;
}

void CheckResults::info(std::string check, std::string subject, std::string message) {
  add({Severity::info, std::move(check), std::move(subject), std::move(message)});
}

void CheckResults::warning(std::string check, std::string subject, std::string message) {
  add({Severity::warning, std::move(check), std::move(subject), std::move(message)});
}

void CheckResults::error(std::string check, std::string subject, std::string message) {
  add({Severity::error, std::move(check), std::move(subject), std::move(message)});
}

void CheckResults::merge(CheckResults other) {
  const std::size_t kept = std::min(other.findings_.size(), cap_ - std::min(cap_, findings_.size()));
  const auto end = other.findings_.begin() + static_cast<std::ptrdiff_t>(kept);
  findings_.insert(findings_.end(), std::make_move_iterator(other.findings_.begin()), std::make_move_iterator(end));
  dropped_ += other.dropped_ + (other.findings_.size() - kept);
  errors_ += other.errors_;  // counts what `other` had dropped, too
  warnings_ += other.warnings_;
}

const Finding* CheckResults::find(std::string_view check) const noexcept {
  const auto found = std::ranges::find(findings_, check, &Finding::check);
  return found == findings_.end() ? nullptr : &*found;
}

}  // namespace occy
