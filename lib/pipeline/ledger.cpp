#include "pipeline/ledger.hpp"

#include "occy/error.hpp"

namespace occy::pipeline {

void Ledger::note_written(const LayerRecord& record, const std::optional<Descriptor>& stored) {
  if (written_.emplace(record.diff_id, Written{.size = record.size, .stored = stored}).second) bytes_ += record.size;
}

std::vector<LayerReport> Ledger::settle(const ImageConfig& config, const std::string& source) const {
  std::vector<LayerReport> reports;
  reports.reserve(config.diff_ids().size());
  for (const Digest& diff_id : config.diff_ids()) reports.push_back(report(reports.size(), diff_id, source));
  require_all_listed(config, source);
  return reports;
}

LayerReport Ledger::report(std::size_t index, const Digest& diff_id, const std::string& source) const {
  if (const auto written = written_.find(diff_id); written != written_.end())
    return {.index = index, .diff_id = diff_id, .size = written->second.size, .stored = written->second.stored};
  if (answered_.contains(diff_id))
    return {.index = index, .diff_id = diff_id, .action = LayerReport::Action::already_there};
  throw Error(Errc::not_found, Side::input,
              {.subject = source,
               .what = "layer " + std::to_string(index) + " of the config is missing",
               .expected = diff_id.str(),
               .found = std::to_string(written_.size()) + " layers, none of them this one"});
}

void Ledger::require_all_listed(const ImageConfig& config, const std::string& source) const {
  const std::unordered_set<Digest> listed(config.diff_ids().begin(), config.diff_ids().end());
  for (const auto& [diff_id, written] : written_) {
    if (listed.contains(diff_id)) continue;
    throw Error(Errc::unsupported, Side::input,
                {.subject = source,
                 .what = "holds layers of other images",
                 .expected = "only layers of the config",
                 .found = diff_id.str(),
                 .hint = "save it to a file first: from a file, one image of several can be read"});
  }
}

}  // namespace occy::pipeline
