#include "tests/simulation/key_books.hpp"

#include <algorithm>

namespace postern::simulation {
namespace {

using platform::sim::Provider;

// What passes between a decision and the moment somebody notices it.
constexpr Duration slack = seconds(2);
// An attempt lasts until it times out, and the cool-down starts at its end.
constexpr Duration attempt_time = seconds(1);
// A fetch reaches the provider somewhat later than it begins: not every one by the same time.
constexpr Duration jitter = milliseconds(300);

/// A key set without it is one out of which it was taken.
bool comes_early(const Token& token) { return token.kid.starts_with("early-"); }

MonotonicTime before(MonotonicTime time, Duration by) { return time + microseconds(-by.us); }

}  // namespace

void KeyBooks::note_used(const Token& token, MonotonicTime at) {
  const auto [known, is_new] = first_use_.try_emplace({token.issuer, token.kid}, at);
  if (!is_new) known->second = std::min(known->second, at);
}

bool KeyBooks::had_key(const Token& token, Window window) const {
  const auto all = key_sets(token);
  return std::any_of(all.begin(), all.end(), [&](const KeySet& it) {
    return it.has_key && window.from <= it.at && it.at <= window.to;
  });
}

bool KeyBooks::surely_had_keys(const Token& token, Window window) const {
  const auto all = key_sets(token);
  const auto serves_all_the_time = [&](const KeySet& it) {
    return it.at <= before(window.from, slack) && window.to <= before(it.at + keys_offline, slack);
  };
  if (exact_) return std::any_of(all.begin(), all.end(), serves_all_the_time);
  // Of the answers that brought the key the first may have been the only one to arrive.
  const auto first =
      std::find_if(all.begin(), all.end(), [](const KeySet& it) { return it.has_key; });
  return first != all.end() && was_used(token, window.from) && serves_all_the_time(*first);
}

bool KeyBooks::may_lack_key(const Token& token, Window window) const {
  bool lacks = false;             // in a key set that may be in use
  bool had = comes_early(token);  // before
  bool has = false;               // in one that surely is
  bool taken_out = false;
  for (const KeySet& it : key_sets(token)) {
    if (it.at > window.to) break;
    taken_out |= had && !it.has_key;
    had |= it.has_key;
    has |= it.has_key && it.at <= before(window.from, slack) &&
           window.to <= before(it.at + keys_offline, slack);
    lacks |= !it.has_key && window.from <= it.at + keys_offline;
  }
  if (taken_out) return true;
  if (!lacks || was_used(token, window.from)) return false;
  if (!exact_) return true;
  return !has && was_asked(token, window);
}

bool KeyBooks::surely_gone(const Token& token, MonotonicTime at) const {
  if (!exact_) return false;
  bool had = comes_early(token);
  bool gone = false;
  for (const KeySet& it : key_sets(token)) {
    if (it.at > at) break;
    gone = had && !it.has_key;
    had |= it.has_key;
  }
  return gone;
}

std::vector<std::string> KeyBooks::fetched_too_often() const {
  std::vector<std::string> findings;
  std::map<std::string, const Provider::Call*> last;
  for (const Provider::Call& call : provider_.calls()) {
    if (!call.about.token.empty()) continue;
    const Provider::Call*& previous = last[call.about.path];
    if (previous != nullptr && !previous->reused &&
        call.at - previous->at < keys_cooldown + microseconds(-jitter.us)) {
      findings.push_back("fetched again after " +
                         std::to_string((call.at - previous->at).us / 1000) +
                         " ms: " + call.about.path);
    }
    previous = &call;
  }
  return findings;
}

std::vector<KeyBooks::KeySet> KeyBooks::key_sets(const Token& token) const {
  std::vector<KeySet> all;
  const std::string member = R"("kid":")" + token.kid + '"';
  for (const auto& answer : provider_.good_answers({key_set_path(token.issuer), {}})) {
    all.push_back({answer.at, answer.json.find(member) != std::string::npos});
  }
  return all;
}

bool KeyBooks::was_used(const Token& token, MonotonicTime since) const {
  const auto known = first_use_.find({token.issuer, token.kid});
  return known != first_use_.end() && known->second <= before(since, slack);
}

bool KeyBooks::was_asked(const Token& token, Window window) const {
  const MonotonicTime from = before(window.from, keys_cooldown + attempt_time + slack);
  return std::any_of(provider_.calls().begin(), provider_.calls().end(), [&](const auto& call) {
    return call.about.path == key_set_path(token.issuer) && from <= call.at && call.at <= window.to;
  });
}

}  // namespace postern::simulation
