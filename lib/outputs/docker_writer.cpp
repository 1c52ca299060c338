#include <optional>
#include <utility>

#include "docker/engine.hpp"
#include "occy/error.hpp"
#include "occy/outputs/docker.hpp"
#include "outputs/docker_verify.hpp"
#include "outputs/load_archive.hpp"

namespace occy {
namespace {

/// Engines do three different things with a digest in RepoTags, and none of them is to keep the name.
void refuse_digest(const Reference& name) {
  if (!name.digest) return;
  throw Error{Errc::destination, Side::usage,
              ErrorDetail{.subject = "docker://" + name.str(),
                          .what = "an image cannot be loaded under a name with a digest",
                          .expected = "NAME[:TAG]",
                          .hint = "leave out the part from '@' on; what was loaded is verified anyway"}};
}

/// A Reference is a plain struct, and a name that breaks the grammar leaves an image without a name in some engines.
void refuse_bad_grammar(const Reference& name) {
  const auto parsed = Reference::parse(name.str());
  if (parsed.has_value() && *parsed == name) return;
  throw Error{Errc::bad_text, Side::usage,
              ErrorDetail{.subject = "docker://" + name.str(),
                          .what = "not an image name",
                          .found = parsed.has_error() ? parsed.error().message : std::string{}}};
}

}  // namespace

struct DockerWriter::State {
  State(const Reference& reference, DockerWriterOptions writer_options)
      : name(reference.with_default_tag()),
        options(std::move(writer_options)),
        engine(options.engine, Side::output),
        archive(engine, name, options) {}

  Reference name;
  DockerWriterOptions options;
  docker::Engine engine;
  LoadArchive archive;
  std::optional<LoadedImage> loaded;
};

DockerWriter::DockerWriter(const Reference& name, DockerWriterOptions options)
    : state_(std::make_unique<State>(name, std::move(options))) {}

DockerWriter::~DockerWriter() = default;

void DockerWriter::begin(const ImageDescription&) {
  refuse_digest(state_->name);
  refuse_bad_grammar(state_->name);
  static_cast<void>(state_->engine.version());
}

bool DockerWriter::want_layer(const LayerInfo& layer) { return state_->archive.wants(layer); }

std::unique_ptr<LayerSink> DockerWriter::put_layer(const LayerInfo& layer) { return state_->archive.put_layer(layer); }

void DockerWriter::put_config(const ImageConfig& config) {
  auto records = state_->archive.put_documents(config);
  state_->loaded = LoadedImage{.name = state_->name, .config = config, .layers = std::move(records)};
}

void DockerWriter::finalize() {
  if (!state_->loaded) {
    state_->archive.abandon();
    throw Error{Errc::not_found, Side::output,
                ErrorDetail{.subject = "docker://" + state_->name.str(), .what = "the image has no config yet"}};
  }
  state_->archive.finish();
}

CheckResults DockerWriter::verify(VerifyLevel level) {
  if (!state_->loaded) {
    CheckResults nothing;
    nothing.error("verify.image", "docker://" + state_->name.str(), "nothing was loaded");
    return nothing;
  }
  const auto proof = level == VerifyLevel::full ? state_->options.full_proof : EngineProof::inspect;
  return verify_in_engine(state_->engine, *state_->loaded, proof, state_->options.engine);
}

}  // namespace occy
