#include "json_report.hpp"

#include <boost/json.hpp>
#include <initializer_list>
#include <utility>

#include "json_name.hpp"
#include "occy/error.hpp"

namespace occy::cli {
namespace {

namespace json = boost::json;

/// Begins with names, which come from command lines and images and need not be UTF-8.
json::object named(std::initializer_list<std::pair<std::string, std::string>> names) {
  json::object object;
  for (const auto& [key, name] : names) add_name(object, key, name);
  return object;
}

void add(json::object& object, json::object more) {
  for (auto& member : more) object.emplace(member.key(), std::move(member.value()));
}

std::string line(const json::value& value) { return json::serialize(value) + "\n"; }

double seconds(std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); }

// Subjects hold names from the image, which need not be UTF-8, as JSON must be.
json::array findings_array(const CheckResults& results) {
  json::array array;
  for (const Finding& finding : results.findings())
    array.push_back({{"severity", json::string(to_string(finding.severity))},
                     {"check", finding.check},
                     {"subject", printable(finding.subject)},
                     {"message", printable(finding.message)}});
  return array;
}

const char* outcome_word(ProcessReport::Outcome outcome) {
  switch (outcome) {
    case ProcessReport::Outcome::not_asked:
      return "not-asked";
    case ProcessReport::Outcome::verified:
      return "verified";
    case ProcessReport::Outcome::errors:
      return "errors";
    case ProcessReport::Outcome::unreachable:
      return "unreachable";
  }
  return "";
}

const char* action_word(LayerReport::Action action) {
  switch (action) {
    case LayerReport::Action::written:
      return "written";
    case LayerReport::Action::filtered:
      return "filtered";
    case LayerReport::Action::already_there:
      return "already-there";
  }
  return "";
}

template <class Report>
json::value verification_value(const Report& report, std::optional<VerifyLevel> level) {
  if (!report.verification || !level) return {{"level", "off"}, {"outcome", outcome_word(report.outcome())}};
  return {{"level", *level == VerifyLevel::full ? "full" : "standard"},
          {"outcome", outcome_word(report.outcome())},
          {"errors", report.verification->error_count()},
          {"warnings", report.verification->warning_count()},
          {"results", findings_array(*report.verification)}};
}

// Null where the source does not say.
template <class Value, class Show>
json::value shown_or_null(const std::optional<Value>& value, Show show) {
  return value ? json::value(show(*value)) : json::value(nullptr);
}

json::value size_value(const std::optional<std::uint64_t>& size) {
  return shown_or_null(size, [](std::uint64_t bytes) { return bytes; });
}

std::string digest_text(const Digest& digest) { return digest.str(); }

json::value stored_digest(const std::optional<Descriptor>& stored) {
  return shown_or_null(stored, [](const Descriptor& blob) { return blob.digest.str(); });
}

json::value stored_size(const std::optional<Descriptor>& stored) {
  return shown_or_null(stored, [](const Descriptor& blob) { return blob.size; });
}

json::array layers_array(const ProcessReport& report) {
  json::array layers;
  for (const LayerReport& layer : report.layers)
    layers.push_back({{"index", layer.index},
                      {"source_diff_id", layer.source_diff_id.str()},
                      {"diff_id", layer.diff_id.str()},
                      {"size", layer.size},
                      {"stored_digest", stored_digest(layer.stored)},
                      {"stored_size", stored_size(layer.stored)},
                      {"action", action_word(layer.action)}});
  return layers;
}

json::value layer_value(const LayerLine& layer, std::size_t index) {
  return {{"index", index},
          {"diff_id", shown_or_null(layer.info.diff_id, digest_text)},
          {"size", size_value(layer.info.size)},
          {"compression", json::string(to_string(layer.info.compression))},
          {"stored_digest", stored_digest(layer.info.stored)},
          {"stored_size", stored_size(layer.info.stored)},
          {"created_by", layer.created_by}};
}

json::value platform_value(const Platform& platform) {
  return {{"os", platform.os}, {"architecture", platform.architecture}, {"variant", platform.variant}};
}

json::value times_value(const StageTimes& times, std::chrono::nanoseconds total) {
  return {{"layers", seconds(times.layers)},
          {"finalizing", seconds(times.finalizing)},
          {"verifying", seconds(times.verifying)},
          {"total", seconds(total)}};
}

json::object contents_of(const ProcessReport& report) {
  return {{"config_digest", report.config_digest.str()}, {"layers", layers_array(report)}};
}

json::object contents_of(const IndexCopyReport& report) {
  return {{"digest", report.root.str()},
          {"manifests", report.manifests},
          {"blobs", report.blobs},
          {"known_blobs", report.known_blobs}};
}

json::array remarks_of(const ProcessReport& report) { return findings_array(report.remarks); }
json::array remarks_of(const IndexCopyReport&) { return {}; }

json::object pair_object(const ImagePair& pair) {
  return named({{"source", without_login(pair.source)}, {"destination", without_login(pair.destination)}});
}

json::object job_object(const JobReport& job, const ImagePair& pair, std::optional<VerifyLevel> level) {
  json::object object = pair_object(pair);
  std::visit(
      [&](const auto& report) {
        add(object, contents_of(report));
        add(object, {{"bytes", report.bytes},
                     {"seconds", times_value(report.times, job.time)},
                     {"remarks", remarks_of(report)},
                     {"verification", verification_value(report, level)}});
      },
      job.what);
  return object;
}

json::object result_object(const ListedResult& result, std::optional<VerifyLevel> level) {
  if (result.report) return job_object(*result.report, result.pair, level);
  json::object object = pair_object(result.pair);
  object.emplace("error", printable(result.error));
  return object;
}

}  // namespace

std::string job_json(const JobReport& report, const ImagePair& pair, std::optional<VerifyLevel> level,
                     const RegistryTraffic& traffic) {
  json::object object = job_object(report, pair, level);
  add(object, {{"retries", traffic.retries}, {"rate_limits", traffic.rate_limits}});
  return line(object);
}

std::string list_json(const std::vector<ListedResult>& results, std::optional<VerifyLevel> level) {
  json::array array;
  for (const ListedResult& result : results) array.push_back(result_object(result, level));
  return line(array);
}

std::string tags_json(const std::string& repository, const std::vector<std::string>& tags) {
  json::object object = named({{"repository", repository}});
  object.emplace("tags", json::value_from(tags));
  return line(object);
}

std::string digest_json(const std::string& reference, const Digest& digest) {
  json::object object = named({{"reference", reference}});
  object.emplace("digest", digest.str());
  return line(object);
}

std::string check_json(const CheckResults& results, CheckDepth depth, const std::string& image,
                       const std::string& tag) {
  json::object object = named({{"image", image}, {"tag", tag}});
  add(object, {{"mode", depth == CheckDepth::fast ? "fast" : "full"},
               {"errors", results.error_count()},
               {"warnings", results.warning_count()},
               {"results", findings_array(results)}});
  return line(object);
}

std::string info_json(const ImageFacts& facts) {
  json::array layers;
  for (const LayerLine& layer : facts.layers) layers.push_back(layer_value(layer, layers.size()));
  json::object object = named({{"source", facts.source}});
  add(object, {{"references", json::value_from(facts.names)},
               {"id", facts.id},
               {"platform", shown_or_null(facts.platform, platform_value)},
               {"created", facts.created},
               {"size", size_value(facts.size)},
               {"layers", std::move(layers)}});
  return line(object);
}

}  // namespace occy::cli
