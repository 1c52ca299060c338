// support/write_image.hpp: moves an image in memory into an output, without the pipeline: tests of outputs stand alone.
#pragma once

#include "occy/output.hpp"
#include "support/memory_input.hpp"

namespace occy::test {

/// begin() to finalize(), with as many threads as asked for and both sides allow. Before: layers are plain.
void write_image(ImageInput& input, ImageOutput& output, unsigned threads = 1);

/// Layers only, with the same loop: put_config() and finalize() are the caller's.
void write_layers(ImageInput& input, ImageOutput& output, unsigned threads = 1);

/// One layer through a fresh sink; the record that was committed.
LayerRecord write_layer(ImageOutput& output, const LayerInfo& info, std::string_view bytes);

}  // namespace occy::test
