// cli/option_words.hpp: options whose values are a few words.
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace occy::cli {

/// Without its description: the help says it in its own words.
template <class Check>
Check unnamed(Check check) {
  check.description("");
  return check;
}

/// An option whose words stand for values of an enum: shown, and read, as words. The first one is the default.
template <class Value>
CLI::Option* add_choice(CLI::App& app, const std::string& names, Value& value,
                        const std::vector<std::pair<std::string, Value>>& words, const std::string& description) {
  std::string shown;
  for (const auto& [word, meaning] : words) shown += (shown.empty() ? "" : "|") + word;
  const std::map<std::string, Value> meanings(words.begin(), words.end());
  return app
      .add_option_function<std::string>(
          names, [&value, meanings](const std::string& word) { value = meanings.at(word); }, description)
      ->check(unnamed(CLI::IsMember(meanings)))
      ->type_name(shown)
      ->default_str(words.front().first);
}

}  // namespace occy::cli
