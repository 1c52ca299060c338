// model/running.hpp: where long work looks whether it should go on.
#pragma once

#include <stop_token>

namespace occy {

/// Throws Error (side: usage), Errc::cancelled, after a stop request.
void require_running(const std::stop_token& stop);

}  // namespace occy
