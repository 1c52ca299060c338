// Says everything that is wrong with an image. The image may lie anywhere that a URI can name.
//
// usage: 03_check_and_print tar://ARCHIVE
#include <iostream>
#include <occy/occy.hpp>

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: 03_check_and_print tar://ARCHIVE\n";
    return 2;
  }
  try {
    const auto input = occy::open_input(argv[1]);
    const occy::CheckResults results = occy::check(*input);

    // Subjects hold names from the image, which must not steer the terminal.
    for (const occy::Finding& finding : results.findings())
      std::cout << occy::to_string(finding.severity) << ": " << finding.check << ": "
                << occy::printable(finding.subject) << ": " << occy::printable(finding.message) << '\n';
    std::cout << results.error_count() << " errors, " << results.warning_count() << " warnings\n";
    return results.has_errors() ? 1 : 0;
  } catch (const occy::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
