// Loads an archive into an engine, and shows how far it is.
//
// usage: 02_tar_to_docker_with_progress ARCHIVE NAME:TAG SOCKET
#include <iostream>
#include <occy/occy.hpp>

namespace {

class Narrator final : public occy::Progress {
 public:
  void stage_started(occy::Stage stage) override { std::cout << occy::to_string(stage) << '\n'; }
  void layer_started(std::size_t number, const occy::LayerInfo& layer) override {
    std::cout << "layer " << number << ": " << layer.name << '\n';
  }
  void layer_finished(std::size_t number, const occy::LayerRecord& record) override {
    std::cout << "layer " << number << ": " << record.diff_id.str() << ", " << record.size << " bytes\n";
  }
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: 02_tar_to_docker_with_progress ARCHIVE NAME:TAG SOCKET\n";
    return 2;
  }
  try {
    occy::TarInput input(argv[1]);
    occy::DockerWriter output(occy::Reference::parse(argv[2]).value(), {.engine = {.socket = argv[3]}});
    Narrator narrator;
    const occy::ProcessReport report = occy::process(input, output, {.progress = &narrator});

    for (const occy::Finding& finding : report.verification->findings())
      std::cout << finding.check << ": " << finding.message << '\n';
    return report.outcome() == occy::ProcessReport::Outcome::verified ? 0 : 1;
  } catch (const occy::Error& error) {
    std::cerr << error.what() << '\n' << error.detail().hint << '\n';
    return 1;
  }
}
