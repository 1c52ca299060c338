#include "registry/blob_reader.hpp"

#include "registry/repository.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/fake_registry.hpp"
#include "support/memory_source.hpp"

using namespace occy;
using namespace occy::test;
using occy::registry::Repository;

namespace {

std::string pattern(std::size_t size) {
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>('a' + i * i % 23);
  return bytes;
}

const std::string kBytes = pattern(100'000);
const Descriptor kBlob{.media_type = {}, .digest = sha256(kBytes), .size = kBytes.size()};

std::size_t offset_of(const ServedRequest& request) {
  const std::string range = request.field("Range");
  return range.empty() ? 0 : std::stoul(range.substr(6));
}

ServedReply cut(std::string bytes) { return {.bytes = std::move(bytes), .then = ServedReply::Then::cut}; }

std::string part_from(std::size_t first, std::size_t named) {
  return make_answer(206, kBytes.substr(first),
                     "Content-Range: bytes " + std::to_string(named) + "-" + std::to_string(kBytes.size() - 1) + "/" +
                         std::to_string(kBytes.size()) + "\r\n");
}

/// Sends at most `most` bytes of a body and cuts the connection.
std::string cut_after(const std::string& answer, std::size_t most) {
  return answer.substr(0, answer.find("\r\n\r\n") + 4 + most);
}

struct Download {
  std::string bytes;
  RegistryTraffic traffic;
};

Download download(FakeRegistry& server, std::uint64_t offset = 0) {
  const RegistrySession session(FakeRegistry::options());
  Repository repository(session, server.image(), Side::input);
  std::string bytes = drain(*repository.open_blob(kBlob, offset));
  return {std::move(bytes), session.traffic()};
}

Error failure(FakeRegistry& server) {
  return error_of([&] { (void)download(server); });
}

}  // namespace

TEST_CASE("blob reader: a blob comes whole, or from an offset", "[registry]") {
  FakeRegistry server;
  server.put_blob(kBytes);

  CHECK(download(server).bytes == kBytes);
  CHECK(download(server, 10'000).bytes == kBytes.substr(10'000));
  CHECK(download(server, kBytes.size()).bytes.empty());
  CHECK(server.requests().size() == 2);
}

TEST_CASE("blob reader: one that is cut ten times comes with each byte once", "[registry]") {
  FakeRegistry server([](const ServedRequest& request) -> std::optional<ServedReply> {
    const std::size_t offset = offset_of(request);
    if (offset >= 90'000) return std::nullopt;
    const std::string whole = offset == 0 ? make_answer(200, kBytes) : part_from(offset, offset);
    return cut(cut_after(whole, 9'000));
  });
  server.put_blob(kBytes);
  const Download got = download(server);

  CHECK(got.bytes == kBytes);
  CHECK(got.traffic.received_bytes == kBytes.size());
  CHECK(got.traffic.retries == 10);
}

TEST_CASE("blob reader: a server that ignores Range sends again, and the reader passes over it", "[registry]") {
  FakeRegistry server([requests = std::make_shared<std::atomic<int>>(0)](const ServedRequest&) {
    const std::string whole = make_answer(200, kBytes);
    return requests->fetch_add(1) == 0 ? cut(cut_after(whole, 60'000)) : ServedReply{.bytes = whole};
  });
  CHECK(download(server).bytes == kBytes);
}

TEST_CASE("blob reader: an answer from another place than asked for is not taken", "[registry]") {
  const auto named = GENERATE(0U, 59'999U, 60'001U);
  FakeRegistry server([=](const ServedRequest& request) -> std::optional<ServedReply> {
    if (offset_of(request) != 0) return ServedReply{.bytes = part_from(named, named)};
    return std::nullopt;
  });
  server.put_blob(kBytes);
  CHECK(download(server, 60'000).bytes == kBytes.substr(60'000));
}

TEST_CASE("blob reader: a server that cannot give the rest gives all", "[registry]") {
  FakeRegistry server([](const ServedRequest& request) -> std::optional<ServedReply> {
    if (offset_of(request) != 0) return ServedReply{.bytes = make_answer(416)};
    return std::nullopt;
  });
  server.put_blob(kBytes);
  CHECK(download(server, 60'000).bytes == kBytes.substr(60'000));
}

TEST_CASE("blob reader: more or fewer bytes than the descriptor says are refused", "[registry]") {
  const auto chunked = [](const std::string& body) { return make_chunked_response(200, body); };
  const auto answer = GENERATE_COPY(make_answer(200, kBytes + "x"), make_answer(200, kBytes.substr(1)),
                                    chunked(kBytes + "x"), chunked(kBytes.substr(1)));
  FakeRegistry server([=](const ServedRequest&) { return ServedReply{.bytes = answer}; });
  const Error error = failure(server);

  CHECK(error.code() == Errc::size_mismatch);
  CHECK(error.detail().subject.ends_with("@" + kBlob.digest.str()));
  CHECK(error.detail().expected == "100000 bytes");
}

TEST_CASE("blob reader: ranges that are shorter than was asked for are continued", "[registry]") {
  FakeRegistry server([](const ServedRequest& request) -> std::optional<ServedReply> {
    const std::size_t first = offset_of(request);
    const std::size_t last = std::min(first + 9'999, kBytes.size() - 1);
    if (first == 0) return cut(cut_after(make_answer(200, kBytes), 9'000));
    return ServedReply{.bytes = make_answer(206, kBytes.substr(first, last - first + 1),
                                            "Content-Range: bytes " + std::to_string(first) + "-" +
                                                std::to_string(last) + "/" + std::to_string(kBytes.size()) + "\r\n")};
  });
  const Download got = download(server);

  CHECK(got.bytes == kBytes);
  CHECK(got.traffic.requests == 11);
  CHECK(got.traffic.retries == 1);
}

TEST_CASE("blob reader: a body without a length that ends early is continued", "[registry]") {
  const std::string part = kBytes.substr(0, 60'000);
  const ServedReply early = GENERATE_COPY(ServedReply{.bytes = make_chunked_response(200, part)},
                                          ServedReply{"HTTP/1.1 200 OK\r\n\r\n" + part, ServedReply::Then::close});
  FakeRegistry server(
      [=](const ServedRequest& request) { return offset_of(request) == 0 ? std::optional(early) : std::nullopt; });
  server.put_blob(kBytes);
  CHECK(download(server).bytes == kBytes);
}

TEST_CASE("blob reader: a range without a byte ends it", "[registry]") {
  FakeRegistry server([](const ServedRequest&) {
    return ServedReply{.bytes = make_answer(206, {}, "Content-Range: bytes 60000-99999/100000\r\n")};
  });
  const Error error = error_of([&] { (void)download(server, 60'000); });
  CHECK(error.code() == Errc::size_mismatch);
  CHECK(error.detail().found == "60000 bytes");
  CHECK(server.requests().size() == 1);
}

TEST_CASE("blob reader: one that does not move on is given up", "[registry]") {
  FakeRegistry server([](const ServedRequest& request) {
    return cut(cut_after(make_answer(200, kBytes), offset_of(request) == 0 ? 10 : 5));
  });
  const Error error = failure(server);
  CHECK(server.requests().size() == 6);
  CHECK(error.detail().subject.ends_with("@" + kBlob.digest.str()));
}

TEST_CASE("blob reader: a blob that is not there is named", "[registry]") {
  FakeRegistry server;
  const Error error = failure(server);
  CHECK(error.code() == Errc::not_found);
  CHECK(error.detail().what == "no such blob");
}

TEST_CASE("blob reader: a signature that has expired elsewhere is made anew", "[registry]") {
  FakeRegistry storage([refusals = std::make_shared<std::atomic<int>>(1)](const ServedRequest&) {
    return ServedReply{.bytes =
                           refusals->fetch_sub(1) > 0 ? make_answer(403, "<Error>expired") : make_answer(200, kBytes)};
  });
  FakeRegistry server([&](const ServedRequest&) {
    return ServedReply{.bytes = make_answer(307, {}, "Location: http://" + storage.address() + "/x?signature=1\r\n")};
  });
  CHECK(download(server).bytes == kBytes);
}
