#include "support/keeping_engine.hpp"

#include "occy/config.hpp"
#include "support/archive_members.hpp"
#include "tar/docker_archive.hpp"

namespace occy::test {
namespace {

const std::string kMissing = make_response(404, R"({"message":"No such image"})");

std::string inspect_answer(const ImageConfig& config, const std::string& name) {
  std::string layers;
  for (const auto& diff_id : config.diff_ids()) layers += (layers.empty() ? "\"" : ",\"") + diff_id.str() + "\"";
  return make_response(200, R"({"Id":")" + config.digest().str() + R"(","RepoTags":[")" + name +
                                R"("],"Created":"1970-01-01T00:00:00Z","Architecture":")" +
                                config.platform().architecture + R"(","Os":")" + config.platform().os +
                                R"(","RootFS":{"Type":"layers","Layers":[)" + layers + "]}}");
}

}  // namespace

KeepingEngine::KeepingEngine()
    : engine_(
          {docker_ping("1.45"),
           {.request = "/images/load", .bytes = {}, .respond = [this](const auto& request) { return load(request); }},
           {.request = "/json", .bytes = {}, .respond = [this](const auto& request) { return inspect(request); }},
           {.request = "/get", .bytes = {}, .respond = [this](const auto& request) {
              return export_image(request);
            }}}) {}

bool KeepingEngine::has(const std::string& name) {
  const std::lock_guard lock{mutex_};
  return images_.contains(name);
}

std::string KeepingEngine::load(const FakeRequest& request) {
  if (!request.body_finished) return {};
  const auto all = archive_members(request.body);
  const std::map<std::string, std::string> members{all.begin(), all.end()};
  const auto image = tar::parse_archive_manifest(members.at("manifest.json"), {}).value().at(0);
  const auto config = ImageConfig::parse(members.at(image.config)).value();
  const auto& name = image.tags.at(0);
  const std::lock_guard lock{mutex_};
  images_.insert_or_assign(name, Image{config.digest().str(), inspect_answer(config, name), request.body});
  return make_response(200, R"({"stream":"Loaded image: )" + name + R"(\n"})");
}

std::string KeepingEngine::inspect(const FakeRequest& request) {
  const auto image = find(request.line);
  return image ? image->inspect : kMissing;
}

std::string KeepingEngine::export_image(const FakeRequest& request) {
  const auto image = find(request.line);
  return image ? make_chunked_response(200, image->archive) : kMissing;
}

std::optional<KeepingEngine::Image> KeepingEngine::find(const std::string& line) {
  const std::lock_guard lock{mutex_};
  for (const auto& [name, image] : images_)
    for (const auto& key : {name, image.id})
      if (line.find("/images/" + key + "/") != std::string::npos) return image;
  return std::nullopt;
}

}  // namespace occy::test
