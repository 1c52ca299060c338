#include <algorithm>
#include <exception>
#include <string>
#include <utility>

#include "io/file.hpp"
#include "occy/error.hpp"
#include "outputs/expansion.hpp"
#include "outputs/verdict.hpp"
#include "tree/tree_proof.hpp"

namespace occy::outputs {
namespace {

void verify_document(const std::filesystem::path& path, const WrittenDocument& document, CheckResults& results) {
  const auto report = [&](std::string message) {
    results.add({.severity = Severity::error,
                 .check = document.check,
                 .subject = path.string(),
                 .message = std::move(message)});
  };
  try {
    const io::File file = io::File::open_to_read(path, Side::verify);
    if (const auto size = file.size(); size != document.size)
      return report(difference(bytes_text(document.size), bytes_text(size)));
    std::string content(document.size, '\0');
    file.read_exactly_at(std::as_writable_bytes(std::span(content)), 0);
    if (const Digest found = sha256(content); found != document.digest)
      report(difference(document.digest.str(), found.str()));
  } catch (const Error& error) {
    report(explain(error));
  }
}

}  // namespace

CheckResults check_documents(const std::filesystem::path& directory, const std::vector<WrittenDocument>& documents) {
  CheckResults results;
  for (const auto& document : documents) verify_document(directory / document.name, document, results);
  return results;
}

CheckResults verify_expanded(const Expanded& written, VerifyLevel level, const Limits& limits,
                             const std::stop_token& stop) noexcept {
  CheckResults results(limits.findings);
  try {
    results.merge(check_documents(written.path, written.documents));
    results.merge(tree::prove_tree(written.path / kRootName, written.record, written.ownership, level, limits, stop));
    conclude(results, written.path.string(), layers_verified(written.layers));
  } catch (const std::exception& error) {
    results.error("verify.tree", written.path.string(), error.what());
  }
  return results;
}

}  // namespace occy::outputs
