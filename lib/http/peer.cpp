#include "http/peer.hpp"

#include "http/client.hpp"

namespace occy::http {

void Peer::fail(Errc code, ErrorDetail detail) const {
  detail.subject = name;
  throw Error{code, side, std::move(detail)};
}

void Peer::fail_for_now(Errc code, ErrorDetail detail) const {
  detail.subject = name;
  throw TransientError{code, side, std::move(detail)};
}

std::string seconds(std::chrono::milliseconds time) {
  const auto tenths = time.count() / 100;
  return std::to_string(tenths / 10) + (tenths % 10 == 0 ? "" : "." + std::to_string(tenths % 10)) + " s";
}

}  // namespace occy::http
