// Cancels a job with a stop token after its first mebibyte, and shows that nothing is left of it.
//
// usage: 05_cancel ARCHIVE COPY
#include <filesystem>
#include <iostream>
#include <occy/occy.hpp>

namespace {

class Impatient final : public occy::Progress {
 public:
  void layer_advanced(std::size_t, std::uint64_t bytes) override {
    if (bytes >= std::uint64_t{1} << 20U) stop.request_stop();  // could as well come from any other thread
  }

  std::stop_source stop;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: 05_cancel ARCHIVE COPY\n";
    return 2;
  }
  try {
    occy::TarInput input(argv[1]);
    occy::TarWriter output(argv[2]);
    Impatient observer;
    occy::process(input, output, {.progress = &observer, .stop = observer.stop.get_token()});
    std::cout << "done before it was cancelled\n";
  } catch (const occy::Error& error) {
    if (error.code() != occy::Errc::cancelled) {
      std::cerr << error.what() << '\n';
      return 1;
    }
    std::cout << "cancelled; " << argv[2] << (std::filesystem::exists(argv[2]) ? " exists\n" : " does not exist\n");
  }
}
