#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "commands.hpp"
#include "json_report.hpp"
#include "opener.hpp"
#include "streams.hpp"

namespace occy::cli {
namespace {

RegistryPlace repository_in(const std::string& uri) {
  RegistryPlace place = parse_registry_place(uri);
  if (place.image.tag.empty() && !place.image.digest) return place;
  throw Error(Errc::bad_text, Side::usage,
              {.subject = without_login(uri),
               .what = "tags are those of a repository",
               .expected = "a name without tag and digest"});
}

Exit run_tags(const std::string& repository, const Settings& settings) {
  const std::string uri = with_registry_scheme(repository);
  const RegistryPlace place = repository_in(uri);
  Opener opener(settings, {uri});
  const auto tags = list_tags(opener.session(), place);
  if (settings.format == Format::json) {
    write_data(tags_json(place.image.str(), tags));
    return Exit::done;
  }
  std::string lines;
  for (const std::string& tag : tags) lines += printable(tag) + "\n";
  write_data(lines);
  return Exit::done;
}

}  // namespace

void add_tags_command(CLI::App& program, const Settings& settings, Exit& exit) {
  CLI::App* command = program.add_subcommand("tags", "List the tags of a repository in a registry");
  auto repository = std::make_shared<std::string>();
  command->add_option("REPOSITORY", *repository, "[registry://][HOST/]NAME")->required();
  command->footer(
      "Examples:\n"
      "  occy tags debian\n"
      "  occy tags registry://registry.example/team/app -O json");
  command->callback([repository, &settings, &exit] { exit = run_tags(*repository, settings); });
}

}  // namespace occy::cli
