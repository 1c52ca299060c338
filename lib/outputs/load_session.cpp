#include "outputs/load_session.hpp"

#include <utility>

#include "occy/error.hpp"

namespace occy {

LoadSession::LoadSession(docker::Engine& engine, Reference name, const Limits& limits)
    : name_(std::move(name)), limits_(limits), exchange_(engine.begin_load()) {}

void LoadSession::send(Block bytes) {
  if (exchange_->write(bytes) == http::Exchange::Sent::more) return;
  const auto verdict = read_verdict(http::Patience::idle);
  refuse("the engine answered before the archive was complete", verdict.loaded ? "a success" : verdict.reason);
}

void LoadSession::finish() {
  exchange_->finish_body();
  const auto verdict = read_verdict(http::Patience::endless);
  if (!verdict.loaded) refuse("the engine did not load the image", verdict.reason);
}

docker::LoadVerdict LoadSession::read_verdict(http::Patience patience) {
  docker::LoadStream stream{exchange_->response(patience).status, name_, limits_};
  for (Block block = exchange_->read(patience); !block.empty(); block = exchange_->read(patience)) stream.feed(block);
  return stream.finish();
}

void LoadSession::refuse(std::string what, std::string found) const {
  throw Error{Errc::refused, Side::output,
              ErrorDetail{.subject = "docker://" + name_.str(), .what = std::move(what), .found = std::move(found)}};
}

}  // namespace occy
