#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "commands.hpp"
#include "json_report.hpp"
#include "opener.hpp"
#include "streams.hpp"

namespace occy::cli {
namespace {

// Of the image for a platform, or of a source that has no indexes.
Digest digest_of_image(const std::string& uri, Opener& opener) {
  const auto input = opener.input(uri);
  const ImageDescription& image = input->describe();
  if (image.manifest) return image.manifest->digest;
  throw Error(Errc::not_found, Side::input,
              {.subject = image.source,
               .what = "the source has no manifest, so there is no digest that a registry would know",
               .hint = "occy info shows the image id, which is the digest of its config"});
}

Digest digest_of(const std::string& uri, const Settings& settings, Opener& opener) {
  if (settings.platform()) return digest_of_image(uri, opener);
  if (is_in_registry(uri)) return find_digest(opener.session(), parse_registry_place(uri));
  if (uri.starts_with("layout://")) return opener.blob_input(uri)->root().digest;
  return digest_of_image(uri, opener);
}

Exit run_digest(const std::string& reference, const Settings& settings) {
  const std::string uri = with_registry_scheme(reference);
  Opener opener(settings, {uri});
  const Digest digest = digest_of(uri, settings, opener);
  write_data(settings.format == Format::json ? digest_json(without_login(uri), digest) : digest.str() + "\n");
  return Exit::done;
}

}  // namespace

void add_digest_command(CLI::App& program, const Settings& settings, Exit& exit) {
  CLI::App* command = program.add_subcommand("digest", "Say under which digest a registry knows an image");
  auto reference = std::make_shared<std::string>();
  command
      ->add_option("IMAGE", *reference,
                   "[registry://][HOST/]NAME[:TAG], layout://PATH[:TAG], or another source that keeps manifests")
      ->required();
  command->footer(
      "Examples:\n"
      "  occy digest debian:12\n"
      "  occy digest layout://images:12 --architecture arm64");
  command->callback([reference, &settings, &exit] { exit = run_digest(*reference, settings); });
}

}  // namespace occy::cli
