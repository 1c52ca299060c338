#include "support/docker_api.hpp"

#include <boost/json/parse.hpp>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "support/test_data.hpp"

namespace occy::test {
namespace {

namespace js = boost::json;

std::string text_member(const js::object& object, std::string_view key) {
  const js::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string{value->get_string()} : std::string{};
}

std::optional<std::vector<std::string>> tags_after(const js::object& fields) {
  const js::value* images = fields.if_contains("images_after");
  if (images == nullptr || !images->is_array()) return std::nullopt;
  std::vector<std::string> tags;
  for (const js::value& image : images->get_array())
    if (const js::value& names = image.at("RepoTags"); names.is_array())
      for (const js::value& name : names.get_array()) tags.emplace_back(name.get_string());
  return tags;
}

ApiCase read_case(const std::string& engine, const std::string& name, const js::object& cases) {
  const js::object& fields = cases.at(name).as_object();
  const std::string recorded_as = text_member(fields, "same_response_as");
  const std::string file = text_member(recorded_as.empty() ? fields : cases.at(recorded_as).as_object(), "file");
  return {.engine = engine,
          .name = name,
          .request = text_member(fields, "request"),
          .status = static_cast<unsigned>(fields.at("status").to_number<int>()),
          .response = file.empty() ? std::string{} : read_api_file(engine + "/" + file),
          .config_digest = text_member(fields, "config_digest"),
          .tags_after = tags_after(fields),
          .recorded_as = recorded_as.empty() ? name : recorded_as};
}

std::vector<ApiCase> read_all() {
  std::vector<ApiCase> all;
  for (const std::string& engine : api_engines()) {
    const js::value index = js::parse(read_api_file(engine + "/index.json"));
    const js::object& cases = index.at("cases").as_object();
    for (const auto& entry : cases) all.push_back(read_case(engine, std::string{entry.key()}, cases));
  }
  return all;
}

const std::vector<ApiCase>& all_cases() {
  static const std::vector<ApiCase> all = read_all();
  return all;
}

std::string without_chunks(std::string_view framed) {
  std::string body;
  while (true) {
    const std::size_t line = framed.find("\r\n");
    const std::size_t size = std::stoul(std::string{framed.substr(0, line)}, nullptr, 16);
    if (size == 0) return body;
    body += framed.substr(line + 2, size);
    framed.remove_prefix(line + 2 + size + 2);
  }
}

}  // namespace

std::string read_api_file(const std::string& name) {
  std::ifstream file(test_data() / "docker-api" / name, std::ios::binary);
  if (!file) throw std::runtime_error("no test data: " + name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

const std::vector<std::string>& api_engines() {
  static const std::vector<std::string> engines{"docker-20.10-overlay2",
                                                "docker-26-overlay2",
                                                "docker-26-containerd",
                                                "docker-28-overlay2",
                                                "docker-28-containerd",
                                                "podman-4.3",
                                                "podman-5.4",
                                                "podman-5.8",
                                                "podman-6.1"};
  return engines;
}

std::vector<ApiCase> api_cases(std::string_view prefix) {
  std::vector<ApiCase> chosen;
  for (const ApiCase& one : all_cases())
    if (one.name.starts_with(prefix)) chosen.push_back(one);
  return chosen;
}

ApiCase api_case(std::string_view engine, std::string_view name) {
  for (const ApiCase& one : all_cases())
    if (one.engine == engine && one.name == name) return one;
  throw std::runtime_error("no recorded case " + std::string{name} + " of " + std::string{engine});
}

std::string body_of(std::string_view response) {
  const std::size_t end = response.find("\r\n\r\n");
  const std::string_view body = response.substr(end + 4);
  const bool is_chunked = response.substr(0, end).find("Transfer-Encoding: chunked") != std::string_view::npos;
  return is_chunked ? without_chunks(body) : std::string{body};
}

}  // namespace occy::test
