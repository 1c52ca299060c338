#include "pipeline/outcome.hpp"

namespace occy::pipeline {

ProcessReport::Outcome outcome_of(const std::optional<CheckResults>& verification) noexcept {
  using Outcome = ProcessReport::Outcome;
  if (!verification || verification->findings().empty()) return Outcome::not_asked;
  if (verification->has_errors()) return Outcome::errors;
  // Only the finding that says so is a proof; a lone warning is not.
  return verification->find("verify.ok") != nullptr && verification->find("verify.unreachable") == nullptr
             ? Outcome::verified
             : Outcome::unreachable;
}

}  // namespace occy::pipeline
