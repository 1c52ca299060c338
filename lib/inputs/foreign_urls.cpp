#include "inputs/foreign_urls.hpp"

#include <boost/json/array.hpp>

#include "model/json.hpp"

namespace occy {

std::vector<std::vector<std::string>> foreign_urls(std::string_view manifest, const Limits& limits) {
  std::vector<std::vector<std::string>> urls;
  const auto document = json::parse(manifest, limits);
  const auto* layers = document ? json::member(*document, "layers") : nullptr;
  if (layers == nullptr || !layers->is_array()) return urls;
  for (const auto& layer : layers->get_array()) {
    auto list = json::string_list_member(layer, "urls", "layer");
    urls.push_back(list ? std::move(*list) : std::vector<std::string>());
  }
  return urls;
}

}  // namespace occy
