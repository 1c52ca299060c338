#include "outputs/expansion_guard.hpp"

#include <utility>

#include "occy/error.hpp"

namespace occy {
namespace {

/// Stops at the largest number instead of beginning again at 0.
std::uint64_t add_saturated(std::uint64_t a, std::uint64_t b) noexcept { return a + b < a ? UINT64_MAX : a + b; }

}  // namespace

ExpansionGuard::ExpansionGuard(std::string subject, const Limits& limits)
    : subject_(std::move(subject)),
      limit_(limits.expanded_layer_bytes),
      walker_([this](const tar::Entry& entry) { declared_ = add_saturated(declared_, entry.real_size); }, limits) {}

void ExpansionGuard::push(Block bytes) {
  const auto walked = walker_.push(bytes);
  if (declared_ > limit_)
    throw Error{Errc::limit, Side::output,
                ErrorDetail{.subject = subject_,
                            .what = "the layer's entries declare too much to be sent to an engine",
                            .expected = "at most " + std::to_string(limit_) + " bytes",
                            .found = std::to_string(declared_)}};
  if (walked.has_error())
    throw Error{Errc::bad_archive, Side::output,
                ErrorDetail{.subject = subject_,
                            .what = "the layer is not a readable tar archive",
                            .found = walked.error().message + " at offset " + std::to_string(walked.error().position)}};
}

}  // namespace occy
