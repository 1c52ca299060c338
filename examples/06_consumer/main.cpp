// Says which image an archive holds.
#include <iostream>
#include <occy/occy.hpp>

int main(int argc, char** argv) try {
  const auto input = occy::open_input(argc == 2 ? argv[1] : "");
  const occy::ImageDescription& image = input->describe();
  std::cout << image.source << ": " << (image.layers ? image.layers->size() : 0) << " layers\n";
} catch (const occy::Error& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
