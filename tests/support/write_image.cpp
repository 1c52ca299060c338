#include "support/write_image.hpp"

#include <algorithm>
#include <future>
#include <mutex>

namespace occy::test {

namespace {

/// A reader and, where the output wants the layer, a sink.
struct Pair {
  std::unique_ptr<LayerReader> reader;
  std::unique_ptr<LayerSink> sink;
};

Pair next_pair(ImageInput& input, ImageOutput& output) {
  Pair pair;
  do pair.reader = input.next_layer();
  while (pair.reader != nullptr && !output.want_layer(pair.reader->info()));
  if (pair.reader != nullptr) pair.sink = output.put_layer(pair.reader->info());
  return pair;
}

/// What an output of the stored form is told of a layer that is stored plain.
LayerRecord record_for(const ImageOutput& output, const Digest& diff_id, std::uint64_t size) {
  LayerRecord record{.diff_id = diff_id, .size = size};
  if (output.layer_form() == LayerForm::stored) record.stored = StoredBlob{.digest = diff_id, .size = size};
  return record;
}

void move_layer(LayerReader& reader, LayerSink& sink, const ImageOutput& output) {
  Sha256 hash;
  std::uint64_t size = 0;
  for (auto block = reader.next(); !block.empty(); block = reader.next()) {
    hash.update(block);
    sink.write(block);
    size += block.size();
  }
  sink.commit(record_for(output, hash.finish(), size));
}

}  // namespace

void write_layers(ImageInput& input, ImageOutput& output, unsigned threads) {
  std::mutex mutex;
  const auto work = [&] {
    for (;;) {
      std::unique_lock lock(mutex);
      const auto pair = next_pair(input, output);
      if (pair.reader == nullptr) return;
      lock.unlock();
      if (threads > 1) pair.sink->prepare([&] { return pair.reader->size_hint(); }, {});
      move_layer(*pair.reader, *pair.sink, output);
    }
  };
  std::vector<std::future<void>> workers;
  for (unsigned i = 0; i < std::min({threads, input.max_open_layers(), output.max_open_layers()}); ++i)
    workers.push_back(std::async(std::launch::async, work));
  for (auto& worker : workers) worker.get();
}

void write_image(ImageInput& input, ImageOutput& output, unsigned threads) {
  output.begin(input.describe());
  write_layers(input, output, threads);
  output.put_config(input.config());
  output.finalize();
}

LayerRecord write_layer(ImageOutput& output, const LayerInfo& info, std::string_view bytes) {
  const auto block = std::as_bytes(std::span(bytes));
  const auto sink = output.put_layer(info);
  sink->write(block);
  const LayerRecord record = record_for(output, sha256(block), bytes.size());
  sink->commit(record);
  return record;
}

}  // namespace occy::test
