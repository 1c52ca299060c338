// outputs/verdict.hpp: what verifications say, and how they end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "occy/check_results.hpp"
#include "occy/error.hpp"

namespace occy::outputs {

/// Adds "verify.ok", the finding that is the proof, unless there are errors, or something could not be looked at
/// ("verify.unreachable"). `proved`: what it says.
void conclude(CheckResults& results, std::string subject, std::string proved);

/// "1 layer verified", "all 3 layers verified".
[[nodiscard]] std::string layers_verified(std::size_t layers);

/// "all 5 manifests and 9 blobs verified": the root of an index, and what is below it.
[[nodiscard]] std::string index_verified(std::size_t documents_below, std::size_t blobs);

/// "expected …, found …"
[[nodiscard]] std::string difference(const std::string& expected, const std::string& found);

/// What a finding says of an Error whose subject it names.
[[nodiscard]] std::string explain(const Error& error);

/// Whether nobody looked: there was no answer, or a stop request.
[[nodiscard]] bool was_not_asked(Errc code) noexcept;

/// What `check` finds about `subject`. An Error is a finding `id`, or a "verify.unreachable" warning when nobody
/// looked.
[[nodiscard]] CheckResults findings_of(const char* id, const std::string& subject,
                                       const std::function<void(CheckResults& results)>& check);

/// "12 bytes".
[[nodiscard]] std::string bytes_text(std::uint64_t size);

}  // namespace occy::outputs
