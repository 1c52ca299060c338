#include "model/running.hpp"

#include "occy/error.hpp"

namespace occy {

void require_running(const std::stop_token& stop) {
  if (stop.stop_requested()) throw Error(Errc::cancelled, Side::usage, {.subject = "", .what = "cancelled"});
}

}  // namespace occy
