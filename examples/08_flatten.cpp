// Writes what a container would see, all layers merged, as one tar archive.
//
// usage: 08_flatten tar://ARCHIVE rootfs.tar
#include <fstream>
#include <iostream>
#include <occy/occy.hpp>

int main(int argc, char** argv) try {
  if (argc != 3) throw std::invalid_argument("expected a source and a file");
  std::ofstream rootfs(argv[2], std::ios::binary);
  rootfs.exceptions(std::ios::badbit | std::ios::failbit);
  occy::flatten([&] { return occy::open_input(argv[1]); },  // read twice: for the headers, and for the contents
                [&](occy::Block bytes) {
                  rootfs.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
                });
  rootfs.close();
  std::cout << argv[2] << " written\n";
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
