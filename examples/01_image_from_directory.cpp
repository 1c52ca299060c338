// Packs a directory into an image with one layer, and writes it as an archive that `docker load` takes.
//
// usage: 01_image_from_directory DIRECTORY NAME:TAG ARCHIVE [COMMAND…]
#include <iostream>
#include <occy/occy.hpp>

int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: 01_image_from_directory DIRECTORY NAME:TAG ARCHIVE [COMMAND…]\n";
    return 2;
  }
  try {
    occy::TreeInputOptions options;
    options.name = occy::Reference::parse(argv[2]).value();
    options.command.assign(argv + 4, argv + argc);

    occy::TreeInput input(argv[1], options);
    occy::TarWriter output(argv[3]);
    const occy::ProcessReport report = occy::process(input, output);

    std::cout << argv[3] << ": " << report.config_digest.str() << ", " << report.bytes << " bytes\n";
    return report.outcome() == occy::ProcessReport::Outcome::verified ? 0 : 1;
  } catch (const occy::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
