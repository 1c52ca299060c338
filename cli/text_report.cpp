#include "text_report.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <sstream>
#include <string_view>

namespace occy::cli {
namespace {

std::string one_decimal(double value) {
  std::array<char, 32> text{};
  const int size = std::snprintf(text.data(), text.size(), "%.1f", value);
  return {text.data(), static_cast<std::size_t>(size)};
}

// Steps of a build are whole scripts at times.
std::string on_one_line(const std::string& text) {
  std::istringstream stream(text);
  std::string line;
  for (std::string word; stream >> word;) line += (line.empty() ? "" : " ") + word;
  return line;
}

std::string shortened(const std::string& text) {
  constexpr std::size_t kMost = 72;
  if (text.size() <= kMost) return printable(text);
  const auto continues = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; };
  std::size_t end = kMost;
  while (end > 0 && continues(text[end])) --end;
  return printable(text.substr(0, end)) + "…";
}

// Why there is no proof: the finding that says so.
std::string unproved_reason(const CheckResults& results) {
  const Finding* finding = results.find("verify.unreachable");
  if (finding == nullptr) finding = &results.findings().front();
  return printable(finding->message);
}

std::string contents_text(const ProcessReport& report) { return counted(report.layers.size(), "layer"); }

std::string contents_text(const IndexCopyReport& report) {
  return counted(report.manifests, "manifest") + ", " + counted(report.blobs + report.known_blobs, "blob");
}

std::string finding_line(const Finding& finding) {
  std::string line(to_string(finding.severity));
  line += ": " + finding.check + ": ";
  if (!finding.subject.empty()) line += printable(finding.subject) + ": ";
  return line + printable(finding.message) + "\n";
}

}  // namespace

std::string bytes_text(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> kUnits = {"kB", "MB", "GB", "TB", "PB"};
  if (bytes < 1000) return std::to_string(bytes) + " B";
  double value = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  // 999.95 and more would be printed as 1000.0.
  for (; value >= 999.95 && unit + 1 < kUnits.size(); ++unit) value /= 1000;
  return one_decimal(value) + " " + std::string(kUnits[unit]);
}

std::string step_text(const std::string& created_by) { return shortened(on_one_line(created_by)); }

std::string counted(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string findings_text(const CheckResults& results, Settings::Voice voice) {
  std::string text;
  for (const Finding& finding : results.findings())
    if (finding.severity != Severity::info || voice == Settings::Voice::verbose) text += finding_line(finding);
  if (results.dropped_count() != 0)
    text += "and " + counted(results.dropped_count(), "finding") + " more, of which only the number was kept\n";
  return text;
}

std::string seconds_text(std::chrono::nanoseconds time) {
  return one_decimal(std::chrono::duration<double>(time).count()) + "s";
}

std::string verdict_text(const JobReport& report, std::optional<VerifyLevel> level) {
  switch (report.outcome()) {
    case ProcessReport::Outcome::not_asked:
      return "";
    case ProcessReport::Outcome::verified:
      return level == VerifyLevel::full ? ", verified OK (full)" : ", verified OK";
    case ProcessReport::Outcome::errors:
      return ", " + counted(report.verification()->error_count(), "verify error");
    case ProcessReport::Outcome::unreachable:
      return ", NOT verified: " + unproved_reason(*report.verification());
  }
  return "";
}

std::string traffic_text(const RegistryTraffic& traffic) {
  std::string text;
  if (traffic.retries == 1) text += ", 1 retry";
  if (traffic.retries > 1) text += ", " + std::to_string(traffic.retries) + " retries";
  if (traffic.rate_limits != 0) text += ", " + counted(traffic.rate_limits, "rate limit");
  return text;
}

std::string summary_text(const JobReport& report, std::optional<VerifyLevel> level, const RegistryTraffic& traffic,
                         Settings::Voice voice) {
  const std::string contents = std::visit([](const auto& what) { return contents_text(what); }, report.what);
  std::string text = "Summary: " + contents + ", " + bytes_text(report.bytes()) + ", " + seconds_text(report.time) +
                     verdict_text(report, level) + traffic_text(traffic) + "\n";
  if (report.verification()) text += findings_text(*report.verification(), voice);
  return text;
}

std::string error_text(const Error& error) {
  std::string text = std::string("occy: ") + error.what() + "\n";
  if (!error.detail().hint.empty()) text += "hint: " + printable(error.detail().hint) + "\n";
  return text;
}

}  // namespace occy::cli
