#include "io/program.hpp"

#include <csignal>
#include <thread>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/temp_dir.hpp"

using namespace occy;
using namespace occy::test;
using namespace std::chrono_literals;
using io::Program;
using io::ProgramBounds;
using io::ProgramResult;

namespace {

Program shell(std::string script, std::string input = {}) {
  return {.path = "/bin/sh", .arguments = {"-c", std::move(script)}, .input = std::move(input)};
}

ProgramResult run(const Program& program, const ProgramBounds& bounds = {}) {
  return io::run_program(program, bounds, Side::input);
}

Error run_error(const Program& program, const ProgramBounds& bounds = {}) {
  return error_of([&] { (void)run(program, bounds); });
}

// The process that wrote its number there is gone, or is about to be waited for by somebody else.
bool is_gone(const std::filesystem::path& pid_file) {
  const std::string status = "/proc/" + std::to_string(std::stol(read_file(pid_file))) + "/stat";
  for (int wait = 0; wait < 200; ++wait) {
    if (!std::filesystem::exists(status) || read_file(status).find(") Z ") != std::string::npos) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

class IgnoredSignal {
 public:
  explicit IgnoredSignal(int number) : number_(number), before_(std::signal(number, SIG_IGN)) {}
  IgnoredSignal(const IgnoredSignal&) = delete;
  IgnoredSignal& operator=(const IgnoredSignal&) = delete;
  ~IgnoredSignal() { (void)std::signal(number_, before_); }

 private:
  int number_;
  void (*before_)(int);
};

}  // namespace

TEST_CASE("program: it reads its input, writes its output, complains and ends", "[io]") {
  const ProgramResult result = run(shell("cat; echo bad >&2; exit 3", "hello"));
  CHECK(result.exit_code == 3);
  CHECK(result.output == "hello");
  CHECK(result.complaints == "bad\n");
}

TEST_CASE("program: without input it reads none", "[io]") { CHECK(run(shell("cat; echo end")).output == "end\n"); }

TEST_CASE("program: arguments are not interpreted", "[io]") {
  const Program program{.path = "/bin/echo", .arguments = {"$HOME", "; false", "*"}};
  CHECK(run(program).output == "$HOME ; false *\n");
}

TEST_CASE("program: much output comes whole, up to the cap", "[io]") {
  const Program program = shell("head -c 300000 /dev/zero");
  CHECK(run(program, {.output_bytes = 300'000}).output.size() == 300'000);
  const Error error = run_error(program, {.output_bytes = 299'999});
  CHECK(error.code() == Errc::limit);
  CHECK(error.detail().what == "more than 299999 bytes of output");
}

TEST_CASE("program: many complaints do not stop it, and are cut", "[io]") {
  const ProgramResult result = run(shell("head -c 300000 /dev/zero >&2; echo done"));
  CHECK(result.output == "done\n");
  CHECK(result.complaints.size() == 4096);
}

TEST_CASE("program: it need not read what it is given", "[io]") {
  CHECK(run(shell("exit 0", std::string(4096, 'x'))).exit_code == 0);
  CHECK(run_error(shell("exit 0", std::string(4097, 'x'))).code() == Errc::limit);
}

TEST_CASE("program: a signal that ends it is told as a shell tells it", "[io]") {
  CHECK(run(shell("kill -TERM $$")).exit_code == 128 + SIGTERM);
}

TEST_CASE(
    "program: where this process ignores SIGCHLD, its end is seen, its exit code is not, and it does not ignore it",
    "[io]") {
  const IgnoredSignal ignored(SIGCHLD);
  const ProgramResult result = run({.path = "/bin/grep", .arguments = {"SigIgn", "/proc/self/status"}}, {.time = 20s});
  CHECK_FALSE(result.exit_code.has_value());
  REQUIRE(result.output.starts_with("SigIgn:"));
  const unsigned long long signals = std::stoull(result.output.substr(7), nullptr, 16);
  CHECK((signals & (1ULL << (SIGCHLD - 1U))) == 0);
}

TEST_CASE("program: what cannot be started", "[io]") {
  const TempDir directory;
  const Error error = run_error({.path = directory / "none"});
  CHECK(error.code() == Errc::not_found);
  CHECK(error.detail().subject == (directory / "none").string());
  CHECK(error.detail().what == "cannot start");
  CHECK(run_error({.path = write_file(directory / "file", "")}).code() == Errc::io);
}

TEST_CASE("program: one that does not end is killed with what it started", "[io]") {
  const TempDir directory;
  const std::string pid = (directory / "pid").string();
  const Program program = shell("sleep 100 & echo $! >" + pid + "; wait");

  SECTION("when its time is up") {
    const Error error = run_error(program, {.time = 300ms});
    CHECK(error.code() == Errc::timed_out);
    CHECK(error.detail().what == "did not end within 300 ms");
  }
  SECTION("when a stop is asked for") {
    std::stop_source stop;
    const std::jthread stopper([&] {
      while (!std::filesystem::exists(pid) || read_file(pid).empty()) std::this_thread::sleep_for(5ms);
      stop.request_stop();
    });
    CHECK(run_error(program, {.stop = stop.get_token()}).code() == Errc::cancelled);
  }
  CHECK(is_gone(pid));
}

TEST_CASE("program: what it leaves running is not waited for", "[io]") {
  const auto begin = std::chrono::steady_clock::now();
  CHECK(run(shell("sleep 20 & echo out")).output == "out\n");
  CHECK(std::chrono::steady_clock::now() - begin < 10s);
}
