#include "occy/inputs/docker.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "docker/engine.hpp"
#include "inputs/exported_image.hpp"
#include "occy/error.hpp"

namespace occy {
namespace {

/// An engine takes an id, or the beginning of one, where a name is wanted. What the id begins with is no name, unless
/// the image bears it too; and a name with a digest says what, not what it is called.
bool is_name(const Reference& asked, const docker::ImageInspect& inspect) {
  if (asked.digest) return false;
  const auto text = asked.str();
  const auto is_id = inspect.id.hex().starts_with(text) || inspect.id.str().starts_with(text);
  return !is_id || std::ranges::find(inspect.repo_tags, asked.with_default_tag().str()) != inspect.repo_tags.end();
}

/// In the order of the config; a layer that is listed again has the index of its first time.
std::vector<LayerInfo> layer_infos(const std::vector<Digest>& diff_ids) {
  std::vector<LayerInfo> layers;
  for (const Digest& diff_id : diff_ids) {
    const auto lowest = static_cast<std::size_t>(std::ranges::find(diff_ids, diff_id) - diff_ids.begin());
    layers.push_back(LayerInfo{.index = lowest, .diff_id = diff_id, .name = "layer " + diff_id.short_hex()});
  }
  return layers;
}

ImageDescription describe_inspected(const std::string& source, const Reference& asked,
                                    const docker::ImageInspect& inspect) {
  ImageDescription description{.source = source,
                               .id = inspect.id,
                               .platform = inspect.platform,
                               .created = inspect.created,
                               .layers = layer_infos(inspect.diff_ids)};
  if (is_name(asked, inspect)) description.references.push_back(asked.with_default_tag());
  return description;
}

}  // namespace

struct DockerInput::State {
  State(Reference reference, EngineOptions engine_options)
      : asked(std::move(reference)),
        options(std::move(engine_options)),
        source("docker://" + asked.str()),
        engine(options, Side::input) {}

  const docker::ImageInspect& inspect();
  [[noreturn]] void refuse(const docker::InspectAnswer& answer) const;

  Reference asked;
  EngineOptions options;
  std::string source;
  docker::Engine engine;
  std::optional<docker::ImageInspect> inspected;
  std::optional<ImageDescription> description;
  std::optional<ExportedImage> exported;
  std::optional<ImageConfig> config;
  bool missing = false;
};

const docker::ImageInspect& DockerInput::State::inspect() {
  if (inspected) return *inspected;
  auto answer = engine.inspect(asked.str());
  if (!answer.image) refuse(answer);
  inspected = std::move(answer.image);
  return *inspected;
}

void DockerInput::State::refuse(const docker::InspectAnswer& answer) const {
  const auto missing_image = answer.status == 404;
  throw Error{missing_image ? Errc::not_found : Errc::refused, Side::input,
              ErrorDetail{.subject = source,
                          .what = (missing_image ? "no such image in the engine at " : "refused by the engine at ") +
                                  options.socket.string(),
                          .found = answer.message}};
}

DockerInput::DockerInput(Reference image, EngineOptions options)
    : state_(std::make_unique<State>(std::move(image), std::move(options))) {}

DockerInput::~DockerInput() = default;

const ImageDescription& DockerInput::describe() {
  if (!state_->description) state_->description = describe_inspected(state_->source, state_->asked, state_->inspect());
  return *state_->description;
}

std::unique_ptr<LayerReader> DockerInput::next_layer() {
  if (state_->missing) return nullptr;
  // By id: a tag that moves between the two requests changes nothing.
  if (!state_->exported)
    state_->exported.emplace(state_->engine.export_image(state_->inspect().id.str()), state_->source, state_->inspect(),
                             state_->options.limits);
  return state_->exported->next_layer();
}

const ImageConfig& DockerInput::config() {
  if (!state_->exported)
    throw Error{
        Errc::not_found, Side::input,
        ErrorDetail{.subject = state_->source, .what = "the config comes with the layers, which were not read"}};
  if (!state_->config) state_->config = state_->exported->config();
  return *state_->config;
}

/// What is wrong with the request and not with the image still throws: a cancelled one finds nothing out.
CheckResults DockerInput::check_structure() {
  CheckResults results;
  try {
    static_cast<void>(describe());
  } catch (const Error& error) {
    if (error.code() == Errc::cancelled || error.code() == Errc::timed_out || error.code() == Errc::unreachable) throw;
    state_->missing = true;
    results.error("image", state_->source, error.detail().what + ": " + error.detail().found);
  }
  return results;
}

}  // namespace occy
