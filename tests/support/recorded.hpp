// support/recorded.hpp: the image that the engines had when "inspect" and "export" were recorded (docker_api.hpp).
#pragma once

#include "support/image_builder.hpp"

namespace occy::test {

/// inputs/docker-save-form.tar: layers and config as they were sent, and the name occy/test:1.
[[nodiscard]] TestImage recorded_image();

}  // namespace occy::test
