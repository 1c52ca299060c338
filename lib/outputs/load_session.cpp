#include "outputs/load_session.hpp"

#include <utility>

#include "occy/error.hpp"
#include "tar/encoder.hpp"

namespace occy {

LoadSession::LoadSession(docker::Engine& engine, Reference name, const Limits& limits)
    : name_(std::move(name)), limits_(limits), exchange_(engine.begin_load()) {}

void LoadSession::send(Block bytes) {
  if (exchange_->write(bytes) == http::Exchange::Sent::more) return;
  const auto verdict = read_verdict(http::Patience::idle);
  refuse("the engine answered before the archive was complete", verdict.loaded ? "a success" : verdict.reason);
}

void LoadSession::finish() {
  // An engine needs nothing behind the marker, so an answer from here on is never too early.
  static_cast<void>(exchange_->write(tar::kEndOfArchive));
  exchange_->finish_body();
  const auto verdict = read_verdict(http::Patience::endless);
  if (!verdict.loaded) refuse("the engine did not load the image", verdict.reason);
}

docker::LoadVerdict LoadSession::read_verdict(http::Patience patience) {
  docker::LoadStream stream{exchange_->response(patience).status, name_, limits_};
  const auto fault = read_answer(stream, patience);
  auto verdict = stream.finish();
  if (fault.empty()) return verdict;
  verdict.reason = (verdict.loaded ? "" : verdict.reason + "; ") + fault;
  verdict.loaded = false;
  return verdict;
}

/// Feeds the answer's body to `stream`. Returns why it broke off; empty at its proper end. What came before is still
/// worth telling: engines that give up early send their reason and may not live to end the framing.
std::string LoadSession::read_answer(docker::LoadStream& stream, http::Patience patience) {
  try {
    for (Block block = exchange_->read(patience); !block.empty(); block = exchange_->read(patience)) stream.feed(block);
  } catch (const Error& error) {
    if (error.code() != Errc::refused) throw;
    return error.detail().what;
  }
  return {};
}

void LoadSession::refuse(std::string what, std::string found) const {
  throw Error{Errc::refused, Side::output,
              ErrorDetail{.subject = "docker://" + name_.str(), .what = std::move(what), .found = std::move(found)}};
}

}  // namespace occy
