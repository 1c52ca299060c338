#include "pipeline/layer_checks.hpp"

#include <utility>

#include "pipeline/pump.hpp"
#include "tar/layer_audit.hpp"

namespace occy::pipeline {
namespace {

std::string check_of(const Error& error) {
  switch (error.code()) {
    case Errc::digest_mismatch:
      return "diff-id";
    case Errc::size_mismatch:
    case Errc::limit:
      return "layer-size";
    default:
      return "tar-format";
  }
}

void note_compression(const LayerInfo& layer, CheckResults& results) {
  if (layer.compression == Compression::zstd)
    results.warning("zstd-compat", layer_name(layer), "zstd layer: Docker before version 23 cannot load it");
}

}  // namespace

LayerVerdict check_layer(LayerReader& reader, const Limits& limits, const std::stop_token& stop,
                         const std::function<void(std::uint64_t)>& advanced) {
  const LayerInfo& layer = reader.info();
  LayerVerdict verdict{.findings = CheckResults(limits.findings)};
  note_compression(layer, verdict.findings);
  try {
    tar::LayerAudit audit(layer_name(layer), limits);
    std::uint64_t done = 0;
    const LayerFacts facts = pump(reader, limits, stop, {.plain = [&](Block block) {
                                    audit.push(block);
                                    advanced(done += block.size());
                                  }});
    verdict.record = facts.record;
    verdict.findings.merge(audit.finish());
    require_claims(layer, facts);
  } catch (const Error& error) {
    if (is_of_the_world(error)) throw;
    verdict.findings.add(as_finding(error, check_of(error)));
  }
  return verdict;
}

bool is_of_the_world(const Error& error) noexcept {
  switch (error.code()) {
    case Errc::io:
    case Errc::unreachable:
    case Errc::timed_out:
    case Errc::cancelled:
      return true;
    default:
      return false;
  }
}

Finding as_finding(const Error& error, std::string check) {
  const ErrorDetail& detail = error.detail();
  std::string message = detail.what;
  if (!detail.expected.empty()) message += ": expected " + detail.expected;
  if (!detail.found.empty()) message += (detail.expected.empty() ? ": found " : ", found ") + detail.found;
  return {
      .severity = Severity::error, .check = std::move(check), .subject = detail.subject, .message = std::move(message)};
}

}  // namespace occy::pipeline
