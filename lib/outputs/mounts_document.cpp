#include "outputs/mounts_document.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace occy::outputs {
namespace {

namespace js = boost::json;

// For a shell: in single quotes, each of which ends the text, stands by itself, and begins it again.
std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

js::array layers_of(const MountPlan& plan) {
  js::array layers;
  for (std::size_t i = 0; i < plan.names.size(); ++i)
    layers.push_back(js::object{{"path", "layers/" + plan.names[i]}, {"diff_id", plan.diff_ids[i].str()}});
  return layers;
}

}  // namespace

std::string layer_directory_name(std::size_t position, const Digest& diff_id) {
  return std::to_string(position) + "-" + diff_id.short_hex();
}

std::vector<std::string> lower_directories(const MountPlan& plan) {
  const auto shown = plan.names.begin() + static_cast<std::ptrdiff_t>(plan.lowest_shown);
  std::vector<std::string> names(shown, plan.names.end());
  names.insert(names.begin(), plan.fillers.begin(), plan.fillers.end());
  return {names.rbegin(), names.rend()};
}

std::string mount_options(const MountPlan& plan) {
  std::string options = plan.ownership == tree::Ownership::recorded ? "ro,userxattr,lowerdir=" : "ro,lowerdir=";
  bool first = true;
  for (const auto& name : lower_directories(plan)) {
    if (!first) options += ':';
    options += name;
    first = false;
  }
  return options;
}

// Names relative to layers/: short, so that many fit, and without characters that mean something in options.
std::string make_mounts_document(const MountPlan& plan) {
  const std::string options = mount_options(plan);
  js::array lower;
  for (const auto& name : lower_directories(plan)) lower.emplace_back("layers/" + name);
  const js::object document{{"layers", layers_of(plan)},
                            {"lowerdir", std::move(lower)},
                            {"options", options},
                            {"command", "cd " + quoted((plan.path / "layers").string()) +
                                            " && mount -t overlay overlay -o " + options + " TARGET"}};
  return js::serialize(document) + "\n";
}

}  // namespace occy::outputs
