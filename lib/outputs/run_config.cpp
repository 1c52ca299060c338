#include <boost/json/object.hpp>
#include <utility>

#include "model/json.hpp"
#include "occy/error.hpp"
#include "outputs/runtime_spec.hpp"

namespace occy::outputs {
namespace {

constexpr const char* kDefaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr const char* kWhere = "config";

template <class T>
T required(result<T> value) {
  if (value) return *std::move(value);
  throw Error(Errc::bad_document, Side::input,
              {.subject = "the image's config", .what = "cannot be run", .found = value.error().message});
}

using Annotations = std::vector<std::pair<std::string, std::string>>;

void annotate(Annotations& annotations, const char* name, std::string value) {
  const std::string key = std::string("org.opencontainers.image.") + name;
  for (const auto& [known, text] : annotations)
    if (known == key) return;  // a label of the image says it itself
  if (!value.empty()) annotations.emplace_back(key, std::move(value));
}

std::string joined_keys(const boost::json::value* object) {
  std::string keys;
  if (object == nullptr || !object->is_object()) return keys;
  for (const auto& member : object->get_object()) keys += (keys.empty() ? "" : ",") + std::string(member.key());
  return keys;
}

Annotations annotations_of(const boost::json::value& document, const boost::json::value& run) {
  Annotations annotations;
  const auto* labels = json::member(run, "Labels");
  if (labels != nullptr && labels->is_object())
    for (const auto& label : labels->get_object())
      if (label.value().is_string()) annotations.emplace_back(label.key(), label.value().get_string());
  for (const char* name : {"os", "architecture", "variant", "author", "created"})
    annotate(annotations, name, required(json::optional_string_member(document, name, kWhere)));
  annotate(annotations, "stopSignal", required(json::optional_string_member(run, "StopSignal", kWhere)));
  annotate(annotations, "exposedPorts", joined_keys(json::member(run, "ExposedPorts")));
  return annotations;
}

void add_path(std::vector<std::string>& env) {
  for (const auto& variable : env)
    if (variable.starts_with("PATH=")) return;
  env.insert(env.begin(), kDefaultPath);
}

std::string absolute(std::string directory) {
  return directory.starts_with('/') ? std::move(directory) : "/" + directory;
}

}  // namespace

RunConfig read_run_config(const ImageConfig& config) {
  const boost::json::value document = required(json::parse(config.bytes(), Limits{}));
  static const boost::json::value kNothing = boost::json::object{};
  const auto* member = json::member(document, "config");
  const boost::json::value& run = member != nullptr ? *member : kNothing;
  RunConfig result{.args = required(json::string_list_member(run, "Entrypoint", kWhere)),
                   .env = required(json::string_list_member(run, "Env", kWhere)),
                   .cwd = absolute(required(json::optional_string_member(run, "WorkingDir", kWhere))),
                   .user = required(json::optional_string_member(run, "User", kWhere)),
                   .hostname = required(json::optional_string_member(run, "Hostname", kWhere)),
                   .annotations = annotations_of(document, run)};
  for (auto& argument : required(json::string_list_member(run, "Cmd", kWhere)))
    result.args.push_back(std::move(argument));
  add_path(result.env);
  if (result.hostname.empty()) result.hostname = config.digest().short_hex();
  return result;
}

}  // namespace occy::outputs
