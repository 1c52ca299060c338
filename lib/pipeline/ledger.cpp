#include "pipeline/ledger.hpp"

#include "occy/error.hpp"

namespace occy::pipeline {
namespace {

/// Missing: the layer was not unpacked, and the source does not say.
std::optional<std::uint64_t> plain_size(const LayerRecord& record) {
  const bool is_unknown = record.size == 0 && record.stored && record.stored->compression != Compression::none;
  return is_unknown ? std::nullopt : std::optional(record.size);
}

}  // namespace

void Ledger::note_written(const Digest& source, const LayerRecord& record, const std::optional<Descriptor>& stored) {
  written_.emplace(source, Written{.record = record, .stored = stored});
  if (distinct_.insert(record.diff_id).second)
    bytes_ += record.size == 0 && record.stored ? record.stored->size : record.size;
}

std::vector<std::optional<std::uint64_t>> Ledger::sizes(const ImageConfig& config) const {
  std::vector<std::optional<std::uint64_t>> sizes;
  for (const Digest& source : config.diff_ids()) {
    const auto written = written_.find(source);
    sizes.push_back(written == written_.end() ? answered_.at(source).size : plain_size(written->second.record));
  }
  return sizes;
}

std::vector<LayerReport> Ledger::settle(const ImageConfig& config, const std::string& source) const {
  std::vector<LayerReport> reports;
  reports.reserve(config.diff_ids().size());
  for (const Digest& diff_id : config.diff_ids()) reports.push_back(report(reports.size(), diff_id, source));
  require_all_listed(config, source);
  return reports;
}

LayerReport Ledger::report(std::size_t index, const Digest& source_id, const std::string& source) const {
  using Action = LayerReport::Action;
  if (const auto found = written_.find(source_id); found != written_.end()) {
    const auto& [record, stored] = found->second;
    return {.index = index,
            .source_diff_id = source_id,
            .diff_id = record.diff_id,
            .size = record.size,
            .stored = stored,
            .action = record.diff_id == source_id ? Action::written : Action::filtered};
  }
  if (const auto found = answered_.find(source_id); found != answered_.end())
    return {
        .index = index, .source_diff_id = source_id, .diff_id = found->second.diff_id, .action = Action::already_there};
  throw Error(Errc::not_found, Side::input,
              {.subject = source,
               .what = "layer " + std::to_string(index) + " of the config is missing",
               .expected = source_id.str(),
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
