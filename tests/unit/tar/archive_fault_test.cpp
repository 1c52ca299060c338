#include "tar/archive_fault.hpp"

#include "support/catch.hpp"

using namespace occy;
using namespace occy::tar;

TEST_CASE("archive fault: what is thrown and what is reported say the same", "[tar]") {
  const ArchiveFault fault{.code = Errc::digest_mismatch,
                           .check = "config-digest",
                           .detail = {.subject = "image.tar: c.json",
                                      .what = "other bytes",
                                      .expected = "this",
                                      .found = "that",
                                      .hint = "save it again"}};

  const Error error = to_error(fault);
  const Finding finding = to_finding(fault);

  CHECK(error.code() == Errc::digest_mismatch);
  CHECK(error.side() == Side::input);
  CHECK(error.detail().subject == "image.tar: c.json");
  CHECK(finding.severity == Severity::error);
  CHECK(finding.check == "config-digest");
  CHECK(finding.subject == "image.tar: c.json");
  CHECK(finding.message == "other bytes: expected this, found that (save it again)");
}

TEST_CASE("archive fault: what is not known is left out of the message", "[tar]") {
  CHECK(to_finding({.check = "x", .detail = {.subject = "s", .what = "w"}}).message == "w");
  CHECK(to_finding({.check = "x", .detail = {.subject = "s", .what = "w", .found = "f"}}).message == "w: f");
}

TEST_CASE("archive fault: of a long name the ends are shown, and its length", "[tar]") {
  const std::string name = "begin" + std::string(65'536, 'n') + "end";

  const std::string subject = member_subject("image.tar", name);

  CHECK(member_subject("image.tar", "a/layer.tar") == "image.tar: a/layer.tar");
  CHECK(subject.size() < 300);
  CHECK(subject.starts_with("image.tar: begin"));
  CHECK(subject.find("end (65544 bytes)") != std::string::npos);
}

TEST_CASE("archive fault: a parser's message tells its offset where there is one", "[tar]") {
  CHECK(located({.message = "bad", .position = 17}) == "bad (offset 17)");
  CHECK(located({.message = "bad", .position = 0}) == "bad");
}
