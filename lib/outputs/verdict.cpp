#include "outputs/verdict.hpp"

#include <exception>
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

bool was_not_asked(Errc code) noexcept {
  return code == Errc::unreachable || code == Errc::timed_out || code == Errc::cancelled;
}

CheckResults findings_of(const char* id, const std::string& subject,
                         const std::function<void(CheckResults& results)>& check) {
  CheckResults results;
  try {
    check(results);
  } catch (const Error& error) {
    if (was_not_asked(error.code()))
      results.warning("verify.unreachable", subject, explain(error));
    else
      results.error(id, subject, explain(error));
  } catch (const std::exception& error) {
    results.error(id, subject, error.what());
  }
  return results;
}

std::string bytes_text(std::uint64_t size) { return std::to_string(size) + " bytes"; }

}  // namespace occy::outputs
