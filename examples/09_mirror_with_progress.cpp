// Mirrors an image for all its platforms from one registry to another, and shows how far it is.
//
// usage: 09_mirror_with_progress registry://SOURCE registry://DESTINATION
#include <iostream>
#include <occy/occy.hpp>

namespace {

class Narrator final : public occy::IndexCopyObserver {
 public:
  void blob_finished(const occy::Descriptor& blob) override { tell(blob, "moved"); }
  void blob_skipped(const occy::Descriptor& blob) override { tell(blob, "there already"); }

 private:
  static void tell(const occy::Descriptor& blob, const char* what) {
    std::cout << blob.digest.short_hex() << ": " << blob.size << " bytes, " << what << '\n';
  }
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: 09_mirror_with_progress registry://SOURCE registry://DESTINATION\n";
    return 2;
  }
  try {
    const occy::RegistrySession session;  // one for both, so that blobs of one registry are mounted, not sent
    occy::RegistryBlobInput input(occy::parse_registry_place(argv[1]), session);
    occy::RegistryBlobOutput output(occy::parse_registry_place(argv[2]), session);
    Narrator narrator;
    const occy::IndexCopyReport report = occy::copy_index(input, output, {.observer = &narrator});

    std::cout << report.root.str() << ": " << report.manifests << " manifests, " << session.traffic().retries
              << " retries\n";
    return report.outcome() == occy::ProcessReport::Outcome::verified ? 0 : 1;
  } catch (const occy::Error& error) {
    std::cerr << error.what() << '\n' << error.detail().hint << '\n';
    return 1;
  }
}
