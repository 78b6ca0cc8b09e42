#include "tests/simulation/story.hpp"

#include <algorithm>

#include "tests/simulation/configuration.hpp"
#include "tests/simulation/story_clients.hpp"
#include "tests/simulation/story_keys.hpp"

namespace postern::simulation {
namespace {

using platform::sim::Provider;
using platform::sim::Random;

constexpr std::int64_t now_s = 1'800'000'000;  // where the simulated wall clock starts

std::string introspection_json(const Token& token, std::int64_t exp) {
  std::string scope = token.may_read ? "read" : "other";
  if (token.may_write) scope += " write";
  return R"({"active":true,"scope":")" + scope + R"(","sub":")" + token.subject +
         R"(","client_id":"robot","exp":)" + std::to_string(exp) + "}";
}

void make_faulty(Token& token, Random& random) {
  token.faulty = true;
  if (random.chance(625)) {
    token.verdict.kind = draw_transport_fault(random);
    return;
  }
  switch (random.below(3)) {
    case 0:
      token.verdict.status = 500;
      break;
    case 1:
      token.verdict.json = R"({"active":true,"active":true})";
      break;
    default:
      token.verdict.json = R"({"active":"true"})";
      break;
  }
}

Token draw_token(std::size_t index, Random& random) {
  Token token;
  token.text = "tok-" + std::to_string(index) + "-" + std::to_string(random.next());
  token.subject = "subject-" + std::to_string(index);
  draw_manner(token.verdict, random);
  draw_userinfo(token, random);
  const std::size_t nature = random.below(10);
  if (nature == 0) return token;  // inactive
  if (nature == 1) {
    make_faulty(token, random);
    return token;
  }
  token.active = true;
  token.expired = nature == 2;
  token.may_read = nature != 3;
  token.may_write = random.chance(600);
  token.verdict.good = true;
  token.verdict.json = introspection_json(token, token.expired ? now_s - 100 : now_s + 100'000);
  if (random.chance(200)) token.revoked_after = milliseconds(random.between(1, 60'000));
  return token;
}

}  // namespace

std::string pattern(std::size_t id, std::size_t size) {
  std::string text;
  text.reserve(size + 16);
  while (text.size() < size) {
    text += std::to_string(id) + ":" + std::to_string(text.size()) + ";";
  }
  text.resize(size);
  return text;
}

Story Story::draw(Random random, bool secured) {
  Story story;
  story.secured = secured;
  story.engine_count = random.chance(400) ? 2 : 1;
  story.tight = random.chance(200);
  story.configuration = configuration_text(story.tight, secured);
  const std::size_t token_count = 1 + random.below(8);
  for (std::size_t i = 0; i < token_count; ++i) {
    story.tokens.push_back(draw_token(i, random));
  }
  story.length = seconds(random.chance(500) ? random.between(0, 3) : random.between(10, 90));
  story.keys = draw_keys(story.length, random);
  add_jwts(story, random);
  const std::size_t client_count = 1 + random.below(20);
  for (std::size_t i = 0; i < client_count; ++i) add_client(story, random);
  for (Request& request : story.requests) request.answer.torn = secured && random.chance(300);
  return story;
}

}  // namespace postern::simulation
