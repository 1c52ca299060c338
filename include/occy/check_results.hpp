// occy/check_results.hpp: what a verification or a check has to say about an image.
//
// Findings, not exceptions: the walk goes on after a finding, so that one run reports everything that is wrong.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "occy/export.hpp"

namespace occy {

enum class Severity { info, warning, error };

/// The lower-case word, as reports show it.
[[nodiscard]] OCCY_API std::string_view to_string(Severity severity) noexcept;

/// One statement about one thing.
struct Finding {
  Severity severity = Severity::info;

  /// A stable id from docs/checks.md: "diff-id", "verify.image-id".
  std::string check;

  /// Which layer, which entry, which blob.
  std::string subject;

  /// What was expected and what was found.
  std::string message;
};

/// A plain value: findings in the order in which they were made, at most `cap` of them; the rest is only counted.
class OCCY_API CheckResults {
 public:
  explicit CheckResults(std::size_t cap = 1'000) : cap_(cap) {}

  void add(Finding finding);
  void info(std::string check, std::string subject, std::string message);
  void warning(std::string check, std::string subject, std::string message);
  void error(std::string check, std::string subject, std::string message);

  /// Appends the findings and counts of `other`.
  void merge(CheckResults other);

  [[nodiscard]] bool has_errors() const noexcept { return errors_ != 0; }
  [[nodiscard]] std::size_t error_count() const noexcept { return errors_; }
  [[nodiscard]] std::size_t warning_count() const noexcept { return warnings_; }

  /// Findings that were counted and not kept.
  [[nodiscard]] std::size_t dropped_count() const noexcept { return dropped_; }

  /// Valid until the next change.
  [[nodiscard]] std::span<const Finding> findings() const noexcept { return findings_; }

  /// The first finding with this check id; null when there is none.
  [[nodiscard]] const Finding* find(std::string_view check) const noexcept;

 private:
  std::vector<Finding> findings_;
  std::size_t cap_;
  std::size_t errors_ = 0;
  std::size_t warnings_ = 0;
  std::size_t dropped_ = 0;
};

}  // namespace occy
