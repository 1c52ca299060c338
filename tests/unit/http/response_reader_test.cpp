#include "http/response_reader.hpp"

#include <algorithm>
#include <cstring>

#include "support/catch.hpp"

using namespace occy::http;
using Stage = ResponseReader::Stage;

namespace {

struct Reading {
  Stage stage = Stage::header;
  Response response;
  std::string body;
  std::string fault;
};

std::string take_body(ResponseReader& reader) {
  std::string body;
  for (occy::Block run = reader.body(); !run.empty(); run = reader.body())
    body.append(reinterpret_cast<const char*>(run.data()), run.size());
  return body;
}

void give(ResponseReader& reader, std::string_view bytes, std::string& body) {
  while (!bytes.empty() && reader.stage() != Stage::broken && reader.stage() != Stage::complete) {
    const auto space = reader.space();
    const std::size_t taken = std::min(space.size(), bytes.size());
    std::memcpy(space.data(), bytes.data(), taken);
    reader.received(taken);
    body += take_body(reader);
    bytes.remove_prefix(taken);
  }
}

enum class Ending { stays_open, closes };

Reading read_in_pieces(std::initializer_list<std::string_view> pieces, Ending ending = Ending::closes) {
  ResponseReader reader;
  Reading reading;
  for (const std::string_view piece : pieces) give(reader, piece, reading.body);
  if (ending == Ending::closes) reader.ended();
  reading.stage = reader.stage();
  reading.response = reader.response();
  reading.fault = reader.fault();
  return reading;
}

Reading read(std::string_view bytes, Ending ending = Ending::closes) { return read_in_pieces({bytes}, ending); }

const std::string kChunked =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n5\r\nhello\r\n1;ext=1\r\n,\r\n6\r\n world\r\n0\r\nT: "
    "v\r\n\r\n";

}  // namespace

TEST_CASE("response reader: chunks are put together and end with the last one", "[http]") {
  const Reading reading = read(kChunked, Ending::stays_open);

  CHECK(reading.stage == Stage::complete);
  CHECK(reading.response.status == 200);
  CHECK(reading.response.field("x") == "y");
  CHECK(reading.body == "hello, world");
}

TEST_CASE("response reader: an answer that comes in two pieces is the same wherever it is cut", "[http]") {
  const std::string_view bytes = kChunked;
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    const Reading reading = read_in_pieces({bytes.substr(0, cut), bytes.substr(cut)}, Ending::stays_open);

    INFO("cut at " << cut);
    CHECK(reading.stage == Stage::complete);
    CHECK(reading.body == "hello, world");
  }
}

TEST_CASE("response reader: an answer that ends early is broken wherever it is cut", "[http]") {
  const std::string_view bytes = kChunked;
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    const Reading reading = read(bytes.substr(0, cut));

    INFO("cut at " << cut);
    CHECK(reading.stage == Stage::broken);
    CHECK_FALSE(reading.fault.empty());
  }
}

TEST_CASE("response reader: a body has the length that Content-Length says", "[http]") {
  CHECK(read("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", Ending::stays_open).stage == Stage::complete);
  CHECK(read("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", Ending::stays_open).stage == Stage::complete);
  CHECK(read("HTTP/1.1 204 No Content\r\n\r\n", Ending::stays_open).stage == Stage::complete);
  CHECK(read("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc").fault ==
        "the answer is cut: its body ends before its framing says so");
}

TEST_CASE("response reader: a body without framing ends when the server closes", "[http]") {
  const std::string bytes = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n400 Bad Request";

  CHECK(read(bytes, Ending::stays_open).stage == Stage::body);
  CHECK(read(bytes).stage == Stage::complete);
  CHECK(read(bytes).body == "400 Bad Request");
}

TEST_CASE("response reader: interim answers are skipped", "[http]") {
  const std::string interim = "HTTP/1.1 100 Continue\r\n\r\n";
  const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx";
  std::string flood;
  for (int i = 0; i < 17; ++i) flood += interim;

  CHECK(read(interim, Ending::stays_open).stage == Stage::header);
  CHECK(read(interim + interim + answer).body == "x");
  CHECK(read(flood, Ending::stays_open).fault == "more than 16 interim answers");
}

TEST_CASE("response reader: a body that two readers could see differently is refused", "[http]") {
  const auto broken = [](const std::string& fields) {
    const Reading reading = read("HTTP/1.1 200 OK\r\n" + fields + "\r\n3\r\nabc\r\n0\r\n\r\n", Ending::stays_open);
    return reading.stage == Stage::broken && !reading.fault.empty();
  };

  CHECK(broken("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"));
  CHECK(broken("Content-Length: 3\r\nContent-Length: 4\r\n"));
  CHECK(broken("Content-Length: -1\r\n"));
  CHECK(broken("Content-Length: 99999999999999999999999\r\n"));
  CHECK(broken("Transfer-Encoding: gzip, chunked\r\n"));
  CHECK(broken("Transfer-Encoding: gzip\r\n"));
  CHECK(broken("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"));
  CHECK_FALSE(broken("Transfer-Encoding: Chunked\r\n"));
}

TEST_CASE("response reader: what is not HTTP/1.x is refused", "[http]") {
  const auto broken = [](const std::string& bytes) { return read(bytes, Ending::stays_open).stage == Stage::broken; };

  CHECK(broken("SSH-2.0-OpenSSH_9.2\r\n\r\n"));
  CHECK(broken("HTTP/2.0 200 OK\r\n\r\n"));
  CHECK(broken("HTTP/1.1 101 Switching Protocols\r\nUpgrade: tcp\r\n\r\n"));
  CHECK(broken("HTTP/1.1 200 OK\r\nno colon\r\n\r\n"));
  CHECK(broken("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"));
  CHECK(broken(std::string(100, '\0')));
}

TEST_CASE("response reader: a header without end is refused before it fills the memory", "[http]") {
  const std::string filler(100'000, 'x');
  const std::string many_fields = [] {
    std::string fields;
    for (int i = 0; i < 20'000; ++i) fields += "X" + std::to_string(i) + ": y\r\n";
    return fields;
  }();

  CHECK(read("HTTP/1.1 200 OK\r\nX: " + filler, Ending::stays_open).stage == Stage::broken);
  CHECK(read("HTTP/1.1 200 OK\r\n" + many_fields, Ending::stays_open).stage == Stage::broken);
  CHECK(read("HTTP/1.1 200 " + filler, Ending::stays_open).stage == Stage::broken);
}

TEST_CASE("response reader: a chunk's header without end is refused before it fills the memory", "[http]") {
  const std::string bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + std::string(600'000, 'x');

  CHECK(read(bytes, Ending::stays_open).stage == Stage::broken);
}

TEST_CASE("response reader: a body larger than the buffer passes through it", "[http]") {
  std::string body(1'000'003, 'a');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>('a' + i % 23);

  CHECK(read("HTTP/1.1 200 OK\r\nContent-Length: 1000003\r\n\r\n" + body).body == body);
}

TEST_CASE("response reader: a server that closes without a word has not answered", "[http]") {
  CHECK(read("").fault == "closed the connection without an answer");
  CHECK(read("HTTP/1.1 200 OK\r\nContent-").fault == "the answer ends inside its header");
}
