#include "outputs/verdict.hpp"

#include <utility>

namespace occy::outputs {

void conclude(CheckResults& results, std::string subject, std::string proved) {
  if (!results.has_errors() && results.find("verify.unreachable") == nullptr)
    results.info("verify.ok", std::move(subject), std::move(proved));
}

std::string layers_verified(std::size_t layers) {
  return layers == 1 ? "1 layer verified" : "all " + std::to_string(layers) + " layers verified";
}

std::string index_verified(std::size_t documents_below, std::size_t blobs) {
  return "all " + std::to_string(documents_below + 1) + " manifests and " + std::to_string(blobs) + " blobs verified";
}

std::string difference(const std::string& expected, const std::string& found) {
  return "expected " + expected + ", found " + found;
}

std::string explain(const Error& error) {
  const ErrorDetail& detail = error.detail();
  std::string text = detail.what;
  if (!detail.expected.empty()) text += ": expected " + detail.expected;
  if (!detail.found.empty()) text += (detail.expected.empty() ? ": " : ", found ") + detail.found;
  return text;
}

std::string bytes_text(std::uint64_t size) { return std::to_string(size) + " bytes"; }

}  // namespace occy::outputs
