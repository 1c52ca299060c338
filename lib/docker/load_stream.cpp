#include "docker/load_stream.hpp"

#include <algorithm>

#include "docker/error_message.hpp"
#include "docker/json_splitter.hpp"
#include "model/json.hpp"

namespace occy::docker {
namespace {

constexpr std::string_view kLoaded = "Loaded image: ";
constexpr std::string_view kLoadedId = "Loaded image ID: ";
constexpr std::string_view kUnpackFailed = "Error unpacking image";

template <class Take>
void split(std::string_view text, char separator, const Take& take) {
  while (!text.empty()) {
    const std::size_t end = text.find(separator);
    take(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
}

/// Podman files a name without a domain under "localhost/".
bool is_same_image(const Reference& loaded, const Reference& expected) {
  if (loaded.canonical() == expected.canonical()) return true;
  return expected.domain.empty() && loaded.domain == "localhost" && loaded.path == expected.path &&
         loaded.with_default_tag().tag == expected.with_default_tag().tag;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

}  // namespace

struct LoadStream::State {
  State(unsigned answered, Reference wanted, const Limits& caps)
      : status(answered), expected(std::move(wanted)), limits(caps) {}

  unsigned status;
  Reference expected;
  Limits limits;
  JsonSplitter splitter{limits.daemon_line_bytes};
  std::string error_body;
  LoadVerdict verdict;

  [[nodiscard]] bool wants_name() const { return !expected.path.empty(); }

  /// The first reason is the cause; later ones are its consequences.
  void fail(std::string reason) {
    if (verdict.reason.empty()) verdict.reason = std::move(reason);
  }

  void feed(std::string_view bytes) {
    if (status == 200) return splitter.feed(bytes, [this](std::string_view value) { take_value(value); });
    error_body += bytes.substr(0, limits.error_body_bytes - error_body.size());
  }

  void take_value(std::string_view text) {
    const result<boost::json::value> value = json::parse(text, limits);
    if (value.has_error()) return fail("the engine's answer is not JSON: " + one_line(text));
    take_error(*value);
    if (const boost::json::value* stream = json::member(*value, "stream"); stream != nullptr && stream->is_string())
      split(stream->as_string(), '\n', [this](std::string_view line) { take_line(line); });
  }

  void take_error(const boost::json::value& value) {
    const boost::json::value* detail = json::member(value, "errorDetail");
    const boost::json::value* error = json::member(value, "error");
    if (detail == nullptr && error == nullptr) return;
    const boost::json::value* text = detail == nullptr ? nullptr : json::member(*detail, "message");
    if (text == nullptr) text = error;
    std::string reason = text != nullptr && text->is_string() ? one_line(text->as_string()) : std::string{};
    fail(reason.empty() ? "the engine reports an error and does not say which" : std::move(reason));
  }

  void take_line(std::string_view line) {
    if (line.starts_with(kUnpackFailed)) return fail(one_line(line));
    if (line.starts_with(kLoadedId)) return take_name(line.substr(kLoadedId.size()));
    if (line.starts_with(kLoaded))
      split(line.substr(kLoaded.size()), ',', [this](std::string_view name) { take_name(name); });
  }

  /// Podman calls an image without a name by its id, where a name would stand.
  void take_name(std::string_view name) {
    std::string text = one_line(name);
    std::vector<std::string>& list = text.starts_with("sha256:") ? verdict.ids : verdict.names;
    if (list.size() < limits.images) list.push_back(std::move(text));
  }

  void judge_end() {
    if (status != 200) return fail(status_reason());
    if (splitter.state() == JsonSplitter::State::too_long)
      return fail("the engine's answer holds a value above " + std::to_string(limits.daemon_line_bytes) + " bytes");
    if (splitter.state() == JsonSplitter::State::text)
      return fail("the engine's answer is not JSON: " + one_line(splitter.pending()));
    if (splitter.state() == JsonSplitter::State::inside) return fail("the engine's answer ends inside a JSON value");
    judge_names();
  }

  [[nodiscard]] std::string status_reason() const {
    const std::string message = error_message(error_body, limits);
    return message.empty() ? "the engine answered with status " + std::to_string(status) : message;
  }

  void judge_names() {
    if (verdict.names.empty() && verdict.ids.empty()) return fail("the engine loaded no image");
    if (!wants_name()) return verdict.ids.empty() ? fail("the engine did not tell the image's id") : void();
    if (std::none_of(verdict.names.begin(), verdict.names.end(),
                     [this](const auto& name) { return is_expected(name); }))
      fail("the engine loaded " + joined(verdict.names.empty() ? verdict.ids : verdict.names) + " instead of " +
           expected.str());
  }

  [[nodiscard]] bool is_expected(const std::string& name) const {
    const result<Reference> loaded = Reference::parse(name);
    return loaded.has_value() && is_same_image(*loaded, expected);
  }
};

LoadStream::LoadStream(unsigned status, Reference expected, const Limits& limits)
    : state_(std::make_unique<State>(status, std::move(expected), limits)) {}

LoadStream::~LoadStream() = default;

void LoadStream::feed(Block bytes) { state_->feed({reinterpret_cast<const char*>(bytes.data()), bytes.size()}); }

LoadVerdict LoadStream::finish() {
  state_->judge_end();
  state_->verdict.loaded = state_->verdict.reason.empty();
  return state_->verdict;
}

}  // namespace occy::docker
