#include "occy/inputs/tar.hpp"

#include <array>
#include <limits>
#include <utility>

#include "inputs/first_look.hpp"
#include "inputs/tar_structure.hpp"
#include "io/file_source.hpp"
#include "model/packing.hpp"

namespace occy {
namespace {

tar::ArchiveFault archive_fault(Errc code, ErrorDetail detail) {
  return {.code = code, .check = "archive", .detail = std::move(detail)};
}

/// An archive that is empty or compressed as a whole; none when it may be a tar archive.
std::optional<tar::ArchiveFault> fault_at_first_sight(const io::File& file, const std::string& name) {
  if (file.size() == 0)
    return archive_fault(Errc::bad_archive, {.subject = name, .what = "not a tar archive", .found = "an empty file"});
  std::array<std::byte, kMagicSize> magic{};
  const auto compression = detect_compression(std::span(magic).first(file.read_at(magic, 0)));
  if (compression == Compression::none) return std::nullopt;
  return archive_fault(Errc::unsupported, {.subject = name,
                                           .what = "the archive as a whole is compressed",
                                           .expected = "a tar archive",
                                           .found = std::string(to_string(compression)),
                                           .hint = "unpack it first, or pipe it: occy … tar://- … < ARCHIVE"});
}

void expect_unchanged(const io::File& file, const io::FileStamp& before) {
  if (file.stamp() == before) return;
  throw Error(Errc::io, Side::input,
              {.subject = file.path().string(),
               .what = "the file was changed while it was read",
               .expected = std::to_string(before.size) + " bytes, unchanged",
               .found = std::to_string(file.size()) + " bytes, changed"});
}

/// Checks at the end of the layer that the file is still the one that was indexed.
class TarLayerReader final : public LayerReader {
 public:
  TarLayerReader(const io::File& file, const io::FileStamp& stamp, const StoredLayer& layer)
      : file_(file), stamp_(stamp), info_(layer.info), bytes_(file, layer.offset, layer.size) {}

  const LayerInfo& info() const noexcept override { return info_; }

  Block next() override {
    const Block block = bytes_.next();
    if (block.empty()) expect_unchanged(file_, stamp_);
    return block;
  }

  std::uint64_t skip(std::uint64_t bytes) override {
    bytes_.skip(bytes);
    return bytes;
  }

 private:
  const io::File& file_;
  io::FileStamp stamp_;
  LayerInfo info_;
  io::FileRangeSource bytes_;
};

ImageDescription make_description(const std::string& source, const TarStructure& structure) {
  const ImageConfig& config = *structure.config;
  return {.source = source,
          .references = structure.references,
          .id = config.digest(),
          .platform = config.platform(),
          .created = config.created(),
          .config = config,
          .manifest = structure.manifest,
          .layers = structure.layers};
}

}  // namespace

struct TarInput::State {
  std::filesystem::path path;
  TarInputOptions options;
  FirstLook first_look = {};
  std::optional<io::File> file = {};
  io::FileStamp stamp = {};
  TarStructure structure = {};
  std::size_t next_layer = 0;
  std::optional<ImageDescription> description = {};

  void open() {
    first_look.once([this] { look(); });
  }

  void look() {
    try {
      file = io::File::open_to_read(path, Side::input);
    } catch (const Error& error) {
      structure.faults.push_back(archive_fault(error.code(), error.detail()));
      return;
    }
    examine();
  }

  void examine() {
    stamp = file->stamp();
    if (auto fault = fault_at_first_sight(*file, path.string())) {
      structure.faults.push_back(std::move(*fault));
      return;
    }
    structure = examine_tar(*file, tar::ArchiveIndex::build(*file, options.limits), path.string(), options);
  }
};

TarInput::TarInput(std::filesystem::path path, TarInputOptions options)
    : state_(std::make_unique<State>(State{.path = std::move(path), .options = std::move(options)})) {}

TarInput::~TarInput() = default;

const ImageDescription& TarInput::describe() {
  state_->open();
  tar::throw_first_error(state_->structure.faults);
  if (!state_->description) state_->description = make_description(state_->path.string(), state_->structure);
  return *state_->description;
}

CheckResults TarInput::check_structure() {
  state_->open();
  CheckResults results(state_->options.limits.findings);
  for (const auto& fault : state_->structure.faults) results.add(tar::to_finding(fault));
  return results;
}

std::unique_ptr<LayerReader> TarInput::next_layer() {
  state_->open();
  const auto& layers = state_->structure.stored;
  if (state_->next_layer == layers.size()) return nullptr;
  return std::make_unique<TarLayerReader>(*state_->file, state_->stamp, layers[state_->next_layer++]);
}

unsigned TarInput::max_open_layers() const noexcept { return std::numeric_limits<unsigned>::max(); }

const ImageConfig& TarInput::config() {
  state_->open();
  if (!state_->structure.config) tar::throw_first_error(state_->structure.faults);
  expect_unchanged(*state_->file, state_->stamp);
  return *state_->structure.config;
}

}  // namespace occy
