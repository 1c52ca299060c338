#include "image_job.hpp"

#include <memory>
#include <utility>

#include "engine_socket.hpp"
#include "filters.hpp"
#include "occy/error.hpp"
#include "occy/uri.hpp"

namespace occy::cli {
namespace {

[[noreturn]] void refuse_platforms(const std::string& what, const std::string& hint) {
  throw Error(Errc::unsupported, Side::usage, {.subject = "--platform", .what = what, .hint = hint});
}

bool is_index_job(const JobOptions& options) { return options.platforms.scope == PlatformChoice::Scope::index; }

void require_sensible(const ImagePair& pair, const JobOptions& options) {
  require_distinct(pair.source, pair.destination);
  // A wrong name is said before an engine is looked for.
  (void)side_without_socket(pair.source, Side::input);
  (void)side_without_socket(pair.destination, Side::output);
  if (!is_index_job(options) || options.filters.empty()) return;
  refuse_platforms("filters change one image, and a whole index is copied as it is",
                   "name one platform, or leave the filters out");
}

ProcessReport move_image(const ImagePair& pair, const JobOptions& options, const Settings& settings, Opener& opener,
                         const JobObservers& observers, const std::stop_token& stop) {
  Filters filters(options.filters, settings.format, opener);
  const auto input = opener.input(pair.source);
  const auto output = opener.output(pair.destination, options.verify);
  const auto progress = observers.image ? observers.image(input->describe()) : nullptr;
  ProcessReport report = process(*input, *output,
                                 {.filters = filters.pointers(),
                                  .temp_directory = settings.temp_directory,
                                  .verify = options.verify,
                                  .jobs = opener.jobs(),
                                  .progress = progress.get(),
                                  .stop = stop});
  filters.flush();
  return report;
}

IndexCopyReport move_index(const ImagePair& pair, const JobOptions& options, Opener& opener,
                           const JobObservers& observers, const std::stop_token& stop) {
  const auto input = opener.blob_input(pair.source);
  const auto output = opener.blob_output(pair.destination);
  return copy_index(*input, *output,
                    {.platforms = options.platforms.platforms,
                     .verify = options.verify,
                     .jobs = opener.jobs(),
                     .observer = observers.index,
                     .stop = stop});
}

}  // namespace

ProcessReport::Outcome JobReport::outcome() const {
  return std::visit([](const auto& report) { return report.outcome(); }, what);
}

std::uint64_t JobReport::bytes() const {
  return std::visit([](const auto& report) { return report.bytes; }, what);
}

const std::optional<CheckResults>& JobReport::verification() const {
  return std::visit(
      [](const auto& report) -> const auto& { return report.verification; }, what);
}

void require_possible(const ImagePair& pair, const JobOptions& options, const Settings& settings, Opener& opener) {
  require_sensible(pair, options);
  if (is_index_job(options)) {
    (void)opener.blob_input(pair.source);
    (void)opener.blob_output(pair.destination);
    return;
  }
  const Filters filters(options.filters, settings.format, opener);
  (void)opener.input(pair.source);
  (void)opener.output(pair.destination, options.verify);
}

JobReport run_job(const ImagePair& pair, const JobOptions& options, const Settings& settings, Opener& opener,
                  const JobObservers& observers, const std::stop_token& stop) {
  const auto begun = std::chrono::steady_clock::now();
  require_sensible(pair, options);
  const auto report_on = [&](auto what) {
    return JobReport{.what = std::move(what), .time = std::chrono::steady_clock::now() - begun};
  };
  if (is_index_job(options)) return report_on(move_index(pair, options, opener, observers, stop));
  return report_on(move_image(pair, options, settings, opener, observers, stop));
}

}  // namespace occy::cli
