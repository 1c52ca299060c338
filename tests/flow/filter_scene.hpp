// flow/filter_scene.hpp: what the flows through filters share.
#pragma once

#include <string>

#include "support/image_builder.hpp"
#include "support/memory_input.hpp"
#include "support/test_filter.hpp"

namespace occy::test {

Verdict keep(Entry& entry);

/// Changes the time of change.
Verdict age(Entry& entry);

/// Drops the entry with this path.
TestFilter::Visit drop(const std::string& path);

/// Layers that each have a file of their own and one in common; one is listed twice.
TestImage filter_image();

}  // namespace occy::test
