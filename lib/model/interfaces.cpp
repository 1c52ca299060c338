// The out-of-line parts of the interfaces: destructors (so that each vtable has one home) and defaults.
#include <string_view>

#include "occy/blobs.hpp"
#include "occy/check_results.hpp"
#include "occy/filter.hpp"
#include "occy/input.hpp"
#include "occy/layer.hpp"
#include "occy/output.hpp"
#include "occy/progress.hpp"

namespace occy {

BlockSource::~BlockSource() = default;
LayerSink::~LayerSink() = default;
void LayerSink::prepare(const SizeHint&, const std::stop_token&) {}
std::uint64_t LayerReader::skip(std::uint64_t) { return 0; }
bool LayerReader::restart() { return false; }
std::optional<std::uint64_t> LayerReader::size_hint() { return std::nullopt; }

BlobInput::~BlobInput() = default;
std::vector<Reference> BlobInput::references() { return {}; }
BlobSink::~BlobSink() = default;
BlobOutput::~BlobOutput() = default;

ImageInput::~ImageInput() = default;
CheckResults ImageInput::check_structure() { return CheckResults{}; }
unsigned ImageInput::max_open_layers() const noexcept { return 1; }

EntryVisitor::~EntryVisitor() = default;
void EntryVisitor::finish() {}

ImageFilter::~ImageFilter() = default;
void ImageFilter::begin(const ImageDescription&) {}
std::string ImageFilter::fingerprint() const { return {}; }
std::unique_ptr<EntryVisitor> ImageFilter::visit_layer(const LayerInfo&) { return nullptr; }
std::optional<std::string> ImageFilter::edit_config(const ImageConfig&) { return std::nullopt; }
void ImageFilter::finish(const FilteredImage&) {}

ImageOutput::~ImageOutput() = default;
LayerForm ImageOutput::layer_form() const noexcept { return LayerForm::plain; }
CheckResults ImageOutput::remarks() const { return CheckResults{}; }
unsigned ImageOutput::max_open_layers() const noexcept { return 1; }
ImageOutput::Await ImageOutput::awaited(const LayerInfo&) { return {}; }
bool ImageOutput::want_layer(const LayerInfo&) { return true; }
std::optional<LayerRecord> ImageOutput::recall_layer(const FilteredLayer&) { return std::nullopt; }
void ImageOutput::remember_layer(const FilteredLayer&, const LayerRecord&) {}
CheckResults ImageOutput::verify(VerifyLevel) { return CheckResults{}; }

Progress::~Progress() = default;
void Progress::stage_started(Stage) {}
void Progress::layer_started(std::size_t, const LayerInfo&) {}
void Progress::layer_advanced(std::size_t, std::uint64_t) {}
void Progress::layer_finished(std::size_t, const LayerRecord&) {}
void Progress::layer_skipped(std::size_t, const LayerInfo&) {}

std::string_view to_string(Stage stage) noexcept {
  switch (stage) {
    case Stage::layers:
      return "layers";
    case Stage::finalizing:
      return "finalizing";
    case Stage::verifying:
      return "verifying";
  }
  return "";
}

std::string_view to_string(Compression compression) noexcept {
  switch (compression) {
    case Compression::none:
      return "none";
    case Compression::gzip:
      return "gzip";
    case Compression::zstd:
      return "zstd";
  }
  return "";
}

}  // namespace occy
