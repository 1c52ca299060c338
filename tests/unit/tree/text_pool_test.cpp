#include "tree/text_pool.hpp"

#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"

using occy::tree::TextPool;

TEST_CASE("text pool: texts of every length come back as they were", "[tree]") {
  TextPool pool;
  std::vector<std::pair<TextPool::Id, std::string>> kept;
  for (std::size_t size = 0; size <= TextPool::kLongest; size += 39)
    kept.emplace_back(pool.add(std::string(size, 'a')), std::string(size, 'a'));
  kept.emplace_back(pool.add(std::string(TextPool::kLongest, '\xff')), std::string(TextPool::kLongest, '\xff'));

  for (const auto& [id, text] : kept) CHECK(pool[id] == text);
}

TEST_CASE("text pool: the empty text needs no room", "[tree]") {
  TextPool pool;

  CHECK(pool.add("") == 0);
  CHECK(pool[0].empty());
  CHECK(pool.size() == 0);
}
