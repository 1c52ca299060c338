#include "list_run.hpp"

#include <algorithm>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "input_text.hpp"
#include "interrupt.hpp"
#include "json_report.hpp"
#include "occy/error.hpp"
#include "occy/image_list.hpp"
#include "occy/uri.hpp"
#include "streams.hpp"
#include "text_report.hpp"

namespace occy::cli {
namespace {

// A hundred thousand lines, and more.
constexpr std::size_t kMostListBytes = std::size_t{64} << 20U;

[[noreturn]] void refuse_list(const std::string& subject, const std::string& what) {
  throw Error(Errc::bad_text, Side::usage, {.subject = subject, .what = what});
}

std::vector<ListedImage> read_images(const ListArguments& arguments) {
  const std::string name = arguments.file == "-" ? "standard input" : arguments.file;
  auto images = parse_image_list(read_text(arguments.file, kMostListBytes));
  if (!images) refuse_list(name, images.error().message);
  if (arguments.shard.empty()) return std::move(*images);
  const auto shard = Shard::parse(arguments.shard);
  if (!shard) refuse_list("--shard", shard.error().message);
  std::erase_if(*images,
                [&](const ListedImage& image) { return shard_of(image.destination, shard->count) != shard->index; });
  return std::move(*images);
}

std::vector<std::string> uris_of(const std::vector<ListedImage>& images) {
  std::vector<std::string> uris;
  for (const ListedImage& image : images) {
    uris.push_back(image.source);
    uris.push_back(image.destination);
  }
  return uris;
}

ImagePair pair_of(const ListedImage& image) { return {.source = image.source, .destination = image.destination}; }

std::string name_of(const ImagePair& pair) { return printable(without_login(pair.destination)); }

class ListRun {
 public:
  ListRun(std::vector<ListedImage> images, const JobOptions& options, const Settings& settings)
      : images_(std::move(images)),
        options_(options),
        settings_(settings),
        opener_(settings, uris_of(images_), interrupt_.token()) {
    for (const ListedImage& image : images_) results_.push_back({.pair = pair_of(image)});
  }

  Exit run(const ListArguments& arguments) {
    require_all_possible(arguments.file);
    move_all(arguments.images_at_once);
    if (interrupt_.token().stop_requested()) say("interrupted: " + counts_text() + " done\n");
    interrupt_.die_if_signalled();
    if (settings_.format == Format::json) write_data(list_json(results_, options_.verify));
    if (settings_.voice != Settings::Voice::quiet || exit() != Exit::done) say(summary());
    return exit();
  }

 private:
  void require_all_possible(const std::string& file) {
    for (const ListedImage& image : images_) {
      try {
        require_possible(pair_of(image), options_, settings_, opener_);
      } catch (const Error& error) {
        ErrorDetail detail = error.detail();
        detail.subject = file + ": line " + std::to_string(image.line) + ": " + detail.subject;
        throw Error(error.code(), error.side(), std::move(detail));
      }
    }
  }

  void move_all(unsigned at_once) {
    std::vector<std::jthread> helpers;
    try {
      while (helpers.size() + 1 < std::min<std::size_t>(at_once, images_.size()))
        helpers.emplace_back([this] { move_some(); });
    } catch (const std::system_error&) {
      // A limit on threads makes it slower, not impossible.
    }
    move_some();
  }

  void move_some() {
    for (auto* result = next(); result != nullptr; result = next()) {
      move_one(*result);
      const std::scoped_lock lock(mutex_);
      tell(*result);
    }
  }

  ListedResult* next() {
    const std::scoped_lock lock(mutex_);
    if (next_ == results_.size() || interrupt_.token().stop_requested()) return nullptr;
    return &results_[next_++];
  }

  void move_one(ListedResult& result) {
    try {
      result.report = run_job(result.pair, options_, settings_, opener_, {}, interrupt_.token());
    } catch (const Error& error) {
      result.error = error.what();
      if (!error.detail().hint.empty()) result.hint = error.detail().hint;
    } catch (const std::exception& error) {
      result.error = error.what();
    }
  }

  // A line for each image; what is wrong is said even when quiet.
  void tell(const ListedResult& result) const {
    if (!result.report) {
      if (interrupt_.token().stop_requested()) return;
      say(name_of(result.pair) + ": failed: " + printable(result.error) + "\n");
      if (!result.hint.empty()) say("hint: " + printable(result.hint) + "\n");
      return;
    }
    const JobReport& report = *result.report;
    if (const auto* image = std::get_if<ProcessReport>(&report.what))
      say(findings_text(image->remarks, settings_.voice));
    const bool proved = exit_of(report.outcome()) == Exit::done;
    if (settings_.voice == Settings::Voice::quiet && proved) return;
    say(name_of(result.pair) + ": " + bytes_text(report.bytes()) + ", " + seconds_text(report.time) +
        verdict_text(report, options_.verify) + "\n");
    if (!proved) say(findings_text(*report.verification(), settings_.voice));
  }

  [[nodiscard]] static bool has_failed(const ListedResult& result) {
    return !result.report || exit_of(result.report->outcome()) == Exit::failed;
  }

  [[nodiscard]] static bool is_unproved(const ListedResult& result) {
    return result.report && exit_of(result.report->outcome()) == Exit::unverified;
  }

  [[nodiscard]] std::size_t count(bool (*is_such)(const ListedResult&)) const {
    return static_cast<std::size_t>(std::count_if(results_.begin(), results_.end(), is_such));
  }

  [[nodiscard]] Exit exit() const {
    if (count(has_failed) != 0) return Exit::failed;
    return count(is_unproved) != 0 ? Exit::unverified : Exit::done;
  }

  [[nodiscard]] std::string counts_text() const {
    return std::to_string(results_.size() - count(has_failed)) + "/" + counted(results_.size(), "image");
  }

  [[nodiscard]] std::string verdict() const {
    const std::size_t unproved = count(is_unproved);
    if (unproved != 0) return ", " + std::to_string(unproved) + " NOT verified";
    if (!options_.verify || count(has_failed) == results_.size()) return "";
    return options_.verify == VerifyLevel::full ? ", verified OK (full)" : ", verified OK";
  }

  [[nodiscard]] std::string summary() const {
    std::uint64_t bytes = 0;
    std::string failed;
    for (const ListedResult& result : results_) {
      if (result.report) bytes += result.report->bytes();
      if (has_failed(result)) failed += "failed: " + name_of(result.pair) + "\n";
    }
    const std::string failures = failed.empty() ? "" : ", " + std::to_string(count(has_failed)) + " failed";
    return "Summary: " + counts_text() + ", " + bytes_text(bytes) + ", " +
           seconds_text(std::chrono::steady_clock::now() - begun_) + verdict() + traffic_text(opener_.traffic()) +
           failures + "\n" + failed;
  }

  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  Interrupt interrupt_;
  std::vector<ListedImage> images_;
  const JobOptions& options_;
  const Settings& settings_;
  Opener opener_;
  std::mutex mutex_;  // guards the queue and standard error
  std::size_t next_ = 0;
  std::vector<ListedResult> results_;
};

}  // namespace

Exit run_list(const ListArguments& arguments, const JobOptions& options, const Settings& settings) {
  return ListRun(read_images(arguments), options, settings).run(arguments);
}

}  // namespace occy::cli
