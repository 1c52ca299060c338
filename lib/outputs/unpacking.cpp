#include <exception>
#include <utility>

#include "occy/error.hpp"
#include "outputs/expansion.hpp"

namespace occy::outputs {

void Unpacking::begin(const ImageDescription& image) {
  expansion_ = std::make_unique<Expansion>(path_, options_, image);
}

void Unpacking::add_document(const std::string& name, std::string_view content, const char* check) {
  documents_.push_back(expansion_->stage().write_document(name, content, check));
}

void Unpacking::add_remark(const char* check, std::string message) {
  remarks_.add({.severity = Severity::warning,
                .check = check,
                .subject = expansion_->stage().final_path().string(),
                .message = std::move(message)});
}

void Unpacking::finalize() {
  const auto expansion = std::move(expansion_);  // whatever happens: afterwards no temporary directory is left
  if (!expansion || documents_.empty())
    throw Error(Errc::unsupported, Side::output,
                {.subject = path_.string(), .what = "nothing to publish: the config was not written"});
  written_ = expansion->publish(std::move(documents_));
  written_->remarks.merge(std::move(remarks_));
}

CheckResults Unpacking::remarks() const { return written_ ? written_->remarks : CheckResults{}; }

CheckResults Unpacking::verify(VerifyLevel level) const noexcept {
  CheckResults results(options_.limits.findings);
  try {
    if (written_) return verify_expanded(*written_, level, options_.limits, options_.stop);
    results.error("verify.tree", path_.string(), "the tree was not published");
  } catch (const std::exception&) {
    results = CheckResults(0);
  }
  return results;
}

}  // namespace occy::outputs
