#include "support/fake_engine.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <limits>
#include <stdexcept>

#include "support/fake_client.hpp"

namespace occy::test {
namespace {

std::filesystem::path make_directory() {
  std::string name = (std::filesystem::temp_directory_path() / "occy-fake-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("fake engine: cannot make " + name);
  return name;
}

int listen_on(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.native().copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
  const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || ::listen(listener, 16) != 0)
    throw std::runtime_error("fake engine: cannot listen on " + path.string());
  return listener;
}

std::string head(unsigned status, std::string_view fields) {
  return "HTTP/1.1 " + std::to_string(status) +
         " Some Reason\r\nApi-Version: 1.51\r\nServer: Docker/28.5.2 (linux)\r\n" + std::string{fields} + "\r\n\r\n";
}

}  // namespace

std::string FakeRequest::field(std::string_view name) const {
  for (const auto& [key, value] : fields)
    if (key == name) return value;
  return {};
}

FakeEngine::FakeEngine(std::vector<FakeAnswer> script)
    : directory_(make_directory()),
      socket_(directory_ / "engine.sock"),
      listener_(listen_on(socket_)),
      wake_(::eventfd(0, EFD_CLOEXEC)) {
  for (FakeAnswer& answer : script) script_.emplace_back(std::move(answer), false);
  acceptor_ = std::jthread{[this] { accept_clients(); }};
}

FakeEngine::~FakeEngine() {
  ::eventfd_write(wake_, 1);
  acceptor_.join();
  clients_.clear();
  ::close(listener_);
  ::close(wake_);
  std::filesystem::remove_all(directory_);
}

void FakeEngine::accept_clients() {
  std::array<pollfd, 2> watched{pollfd{listener_, POLLIN, 0}, pollfd{wake_, POLLIN, 0}};
  while (true) {
    if (::poll(watched.data(), watched.size(), -1) < 0) continue;
    if (watched[1].revents != 0) return;
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    const std::lock_guard lock{mutex_};
    ++active_;
    const std::size_t place = arrivals_++;
    clients_.emplace_back([this, client, place] { serve(client, place); });
  }
}

void FakeEngine::serve(int socket, std::size_t place) {
  FakeRequest request;
  {
    FakeClient client{socket, wake_};
    if (client.requests().read_header(request)) {
      FakeAnswer answer = answer_to(request.line);
      const bool whole = answer.when == FakeAnswer::When::after_body;
      client.requests().read_body(request, whole ? std::numeric_limits<std::size_t>::max() : answer.body_bytes);
      if (answer.respond) answer.bytes = answer.respond(request);
      client.write(answer);
      if (answer.end == FakeAnswer::End::hold) client.requests().wait_for_close();
    }
  }
  const std::lock_guard lock{mutex_};
  if (!request.line.empty()) requests_.emplace(place, std::move(request));
  --active_;
  changed_.notify_all();
}

FakeAnswer FakeEngine::answer_to(const std::string& line) {
  const std::lock_guard lock{mutex_};
  const FakeAnswer* last = nullptr;
  for (auto& [answer, used] : script_) {
    if (line.find(answer.request) == std::string::npos) continue;
    last = &answer;
    if (!std::exchange(used, true)) break;
  }
  return last == nullptr ? FakeAnswer{.bytes = make_response(404, R"({"message":"page not found"})")} : *last;
}

std::vector<FakeRequest> FakeEngine::requests(std::size_t at_least) {
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [&] { return active_ == 0 && requests_.size() >= at_least; });
  std::vector<FakeRequest> in_order;
  for (const auto& [place, request] : requests_) in_order.push_back(request);
  return in_order;
}

std::string make_response(unsigned status, std::string_view body, std::string_view content_type) {
  return head(status,
              "Content-Type: " + std::string{content_type} + "\r\nContent-Length: " + std::to_string(body.size()))
      .append(body);
}

std::string make_chunked_response(unsigned status, std::string_view body, std::size_t chunk) {
  std::string response = head(status, "Content-Type: application/json\r\nTransfer-Encoding: chunked");
  for (std::size_t at = 0; at < body.size(); at += chunk) {
    const std::string_view piece = body.substr(at, chunk);
    std::array<char, 32> size{};
    std::snprintf(size.data(), size.size(), "%zx\r\n", piece.size());
    response.append(size.data()).append(piece).append("\r\n");
  }
  return response + "0\r\n\r\n";
}

FakeAnswer docker_ping(std::string_view api_version) {
  return {.request = "/_ping",
          .bytes = "HTTP/1.1 200 OK\r\nApi-Version: " + std::string{api_version} +
                   "\r\nServer: Docker/28.5.2 (linux)\r\nContent-Length: 2\r\n\r\nOK"};
}

}  // namespace occy::test
