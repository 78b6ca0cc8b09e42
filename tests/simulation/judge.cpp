#include "tests/simulation/judge.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>

#include "core/base/bytes.hpp"
#include "tests/simulation/fate.hpp"
#include "tests/simulation/key_books.hpp"

namespace postern::simulation {
namespace {

using platform::sim::Client;
using platform::sim::Message;
using platform::sim::Upstream;

// From the decision to forward until the upstream sees it: a look-up, connects, one more attempt.
constexpr Duration on_the_way = seconds(15);
// The same when nothing fails.
constexpr Duration on_a_good_way = seconds(3);

/// The request a message belongs to, by the number in its target.
std::optional<std::size_t> id_of(const Message& message) {
  const std::string target = message.target();
  const std::size_t at = target.find("?n=");
  if (at == std::string::npos) return std::nullopt;
  return static_cast<std::size_t>(std::strtoull(target.c_str() + at + 3, nullptr, 10));
}

std::string plain_name(std::string_view name) {
  std::string plain(name);
  for (char& c : plain) c = c == '_' ? '-' : ascii_lower(c);
  return plain;
}

/// How opaque tokens and JWTs begin.
bool shows_a_token(const std::string& text) {
  return text.find("tok-") != std::string::npos || text.find("eyJ") != std::string::npos;
}

bool is_idempotent(const std::string& method) { return method != "POST"; }

class Judge {
 public:
  explicit Judge(const Evidence& evidence)
      : evidence_(evidence), story_(evidence.story), books_(evidence.provider, evidence.exact) {}

  std::vector<std::string> run() {
    for (const auto& seen : evidence_.historian.seen()) note_key_use(seen);
    for (const auto& seen : evidence_.historian.seen()) judge_seen(seen, /*by_camera=*/false);
    for (const auto& seen : evidence_.camera.seen()) judge_seen(seen, /*by_camera=*/true);
    for (const auto& [id, count] : times_seen_) {
      const unsigned most = is_idempotent(story_.requests[id].method) ? 2 : 1;
      if (count > most) found(id, "reached the upstream " + std::to_string(count) + " times");
    }
    for (std::size_t i = 0; i < evidence_.clients.size(); ++i) judge_client(i);
    judge_log();
    for (std::string& finding : books_.fetched_too_often()) {
      findings_.push_back(std::move(finding));
    }
    if (evidence_.exact) judge_calls();
    return findings_;
  }

 private:
  void found(std::size_t id, const std::string& what) {
    findings_.push_back("request " + std::to_string(id) + " " + what);
  }

  void judge_seen(const Upstream::Seen& seen, bool by_camera) {
    const auto id = id_of(seen.message);
    if (!id.has_value() || *id >= story_.requests.size()) {
      findings_.push_back("the upstream got nobody's request: " + seen.message.start_line);
      return;
    }
    ++times_seen_[*id];
    const Request& request = story_.requests[*id];
    if (request.malformed_status != 0) found(*id, "is no legal request and was forwarded");
    if (by_camera != (request.endpoint == Endpoint::Write)) found(*id, "reached a wrong upstream");
    if (seen.message.method() != request.method) found(*id, "changed its method");
    judge_authority(request, seen);
    judge_fields(request, seen.message);
    if (!seen.whole) return;
    if (!request.complete) found(*id, "was never finished and arrived as complete");
    if (!request.upgrade && seen.message.body != request.body) found(*id, "has another body now");
  }

  /// Nothing is forwarded without facts, in time and sufficient.
  void judge_authority(const Request& request, const Upstream::Seen& seen) {
    if (request.endpoint == Endpoint::Public) return;
    if (request.endpoint == Endpoint::Missing) return found(request.id, "has no endpoint");
    if (request.token == Request::no_token)
      return found(request.id, "was forwarded without a token");
    const Token& token = story_.tokens[request.token];
    switch (request.endpoint) {
      case Endpoint::Read:
      case Endpoint::Write:
        return judge_introspected(request, token, seen.at);
      case Endpoint::Both:
        if (!said_good({confirmation_path, token.text}, seen.at, confirmed_life)) {
          found(request.id, "was forwarded though its issuer did not confirm it");
        }
        [[fallthrough]];
      case Endpoint::Jwt:
        judge_verified(request, token, seen.at);
        if (!token.may_read) found(request.id, "was forwarded without the scope");
        return;
      case Endpoint::Id:
        if (token.is_jws) judge_verified(request, token, seen.at);
        if (!said_good({userinfo_path, token.text}, seen.at)) {
          found(request.id, "was forwarded without anybody's facts about its user");
        }
        return;
      case Endpoint::Public:
      case Endpoint::Missing:
        return;
    }
  }

  bool said_good(const platform::sim::Provider::Subject& about, MonotonicTime at,
                 Duration life = facts_life) const {
    const Duration way = evidence_.exact ? on_a_good_way : on_the_way;
    const MonotonicTime oldest = at + microseconds(-life.us - way.us);
    return evidence_.provider.said_good(about, oldest, at);
  }

  void judge_introspected(const Request& request, const Token& token, MonotonicTime at) {
    if (!token.active || !said_good({introspection_path, token.text}, at)) {
      found(request.id, "was forwarded though nobody said that its token is active");
    }
    if (token.expired && evidence_.plan.wall_jump_rate == 0) {
      found(request.id, "was forwarded with an expired token");
    }
    const bool writes = request.endpoint == Endpoint::Write;
    if (writes ? !token.may_write : !token.may_read) {
      found(request.id, "was forwarded without the scope");
    }
    if (writes && request.method != "POST" && request.method != "PUT") {
      found(request.id, "was forwarded with a method its endpoint does not take");
    }
  }

  /// A token that is verified here.
  void judge_verified(const Request& request, const Token& token, MonotonicTime at) {
    const Issuer issuer = issuer_of(request.endpoint);
    if (!is_good_jwt(token, issuer)) return found(request.id, "was forwarded with a bad token");
    // Facts may be a while old, and the request on its way.
    const Duration life = issuer == Issuer::Signer ? verified_life : facts_life;
    const Duration way = evidence_.exact ? on_a_good_way : on_the_way;
    const Duration ago = keys_offline + life + way;
    if (!books_.had_key(token, {at + microseconds(-ago.us), at})) {
      found(request.id, "was forwarded though its key was in no key set");
    }
    if (books_.surely_gone(token, at + microseconds(-way.us))) {
      found(request.id, "was forwarded though its key was taken out of the key set");
    }
  }

  void note_key_use(const Upstream::Seen& seen) {
    const auto id = id_of(seen.message);
    if (!id.has_value() || *id >= story_.requests.size()) return;
    const Request& request = story_.requests[*id];
    if (keys_decide(story_, request)) books_.note_used(story_.tokens[request.token], seen.at);
  }

  void judge_fields(const Request& request, const Message& message) {
    std::size_t subjects = 0;
    std::size_t authorizations = 0;
    for (const auto& [name, value] : message.fields) {
      if (value.find(forged) != std::string::npos) found(request.id, "carries a forged " + name);
      const std::string plain = plain_name(name);
      if (plain == "x-subject") {
        ++subjects;
        if (request.token == Request::no_token || value != story_.tokens[request.token].subject) {
          found(request.id, "speaks for another subject");
        }
      } else if (plain == "authorization") {
        ++authorizations;
        if (request.token == Request::no_token ||
            value != "Bearer " + story_.tokens[request.token].text) {
          found(request.id, "carries another authorization");
        }
      } else if (shows_a_token(value)) {
        found(request.id, "shows its token in " + name);
      }
    }
    const bool tells = request.endpoint == Endpoint::Read || verifies_here(request.endpoint);
    if (subjects != (tells ? 1U : 0U)) {
      found(request.id, "has " + std::to_string(subjects) + " X-Subject");
    }
    if (authorizations != (request.endpoint == Endpoint::Write ? 1U : 0U)) {
      found(request.id, "has " + std::to_string(authorizations) + " Authorization");
    }
  }

  void judge_client(std::size_t index) {
    const Client& client = *evidence_.clients[index];
    const ClientStory& plot = story_.clients[index];
    const std::string who = "client " + std::to_string(index) + " ";
    if (!client.broken().empty()) findings_.push_back(who + "got " + client.broken());
    // Who does not read does not see the end behind what it has not read.
    const bool reads = std::none_of(plot.script.begin(), plot.script.end(), [](const auto& step) {
      return step.kind == Client::Step::Kind::ReadSlowly;
    });
    if (reads && client.end() == Client::End::Open) {
      findings_.push_back(who + "is still connected");
    }
    std::size_t next = 0;
    // The request was decided on after the last answer, as far as a client can tell that reads.
    Window window{client.opened_at(), client.opened_at()};
    for (const Client::Answer& answer : client.answers()) {
      if (reads) window.from = window.to;
      window.to = answer.at;
      if (next < plot.requests.size()) {
        judge_answer(story_.requests[plot.requests[next++]], answer.message, window);
      } else if (answer.message.status() != 408 && !sends_bytes_after_upgrade(plot)) {
        findings_.push_back(who + "got an answer it did not ask for: " + answer.message.start_line);
      }
    }
    if (evidence_.exact) judge_completeness(who, client, plot);
  }

  /// Where the upgrade is refused, the tunnel's bytes are no legal request.
  bool sends_bytes_after_upgrade(const ClientStory& plot) const {
    return !plot.requests.empty() && story_.requests[plot.requests.back()].upgrade;
  }

  void judge_answer(const Request& request, const Message& answer, Window window) {
    if (answer.field("X-Up-Hop") != nullptr) found(request.id, "got a hop-by-hop field");
    if (answer.status() == 101) {
      if (!request.upgrade) found(request.id, "got a tunnel it did not ask for");
      return;
    }
    const std::string* mark = answer.field("X-Answer");
    if (mark == nullptr) return judge_own_answer(request, answer, window);
    if (*mark != std::to_string(request.id)) return found(request.id, "got the answer to " + *mark);
    if (answer.status() != request.answer.status) found(request.id, "got another status");
    if (breaks(request)) found(request.id, "got a broken answer as a whole one");
    const std::string& wanted = request.method == "HEAD" ? std::string() : request.answer.body;
    const bool may_be_cut = request.answer.dies(request.method == "HEAD");
    if (may_be_cut ? !wanted.starts_with(answer.body) : wanted != answer.body) {
      found(request.id, "got another body: " + std::to_string(answer.body.size()) + " of " +
                            std::to_string(wanted.size()) + " bytes, ..." +
                            answer.body.substr(answer.body.size() -
                                               std::min<std::size_t>(answer.body.size(), 40)));
    }
    if (times_seen_[request.id] == 0) found(request.id, "got an answer the upstream never gave");
  }

  /// An answer the gateway made.
  void judge_own_answer(const Request& request, const Message& answer, Window window) {
    const int status = answer.status();
    const int expected = fate(story_, request);
    if (keys_decide(story_, request) && is_by_keys(request, status, window)) return;
    if (status == expected) return;
    const bool revoked =
        request.token != Request::no_token && story_.tokens[request.token].revoked_after.us != 0;
    const bool dates_decide = evidence_.plan.wall_jump_rate == 0;
    if (status == 401 && (revoked || !dates_decide)) return;
    if (status == 403 && expected == 401 && !dates_decide) return;
    if (expected == forwarded) {
      if (status == 504 && request.answer.silent) return;
      if (status == 502 && breaks(request)) return;
      if (status == 502 && request.answer.dies_after != SIZE_MAX) return;  // cut inside the head
    }
    const bool disturbed = status == 502 || status == 503 || status == 504;
    if (status == 503 && must_have_keys(request, window)) {
      return found(request.id, "was not verified although the keys were there");
    }
    if (!evidence_.exact && disturbed) return;
    if (!request.complete && (status == 408 || status == 400)) return;
    if (!evidence_.exact && status == 408) return;
    // Its connection was kept alive and had died, and it may not be sent twice.
    if (status == 502 && expected == forwarded &&
        (!is_idempotent(request.method) || !request.body.empty())) {
      return;
    }
    found(request.id,
          "got " + std::to_string(status) + " instead of " +
              (expected == forwarded ? "the upstream's answer" : std::to_string(expected)));
  }

  /// Whether the keys that were to be had at that time explain the status.
  bool is_by_keys(const Request& request, int status, Window window) const {
    const Token token = at_endpoint(request);
    if (status == 503) return may_have_no_keys(token, window);
    return status == 401 && fate(story_, request) != 401 && books_.may_lack_key(token, window);
  }

  bool may_have_no_keys(const Token& token, Window window) const {
    if (evidence_.exact && story_.keys.faults.empty()) return false;
    return !books_.surely_had_keys(token, window);
  }

  /// The upstream apart, only a lack of keys is answered with 503 here.
  bool must_have_keys(const Request& request, Window window) const {
    if (request.endpoint != Endpoint::Jwt || !keys_decide(story_, request)) return false;
    if (!evidence_.ample || evidence_.plan.wall_jump_rate != 0) return false;
    return !may_have_no_keys(at_endpoint(request), window);
  }

  /// The token as it looks to the endpoint, which knows one issuer.
  Token at_endpoint(const Request& request) const {
    Token token = story_.tokens[request.token];
    token.issuer = issuer_of(request.endpoint);
    return token;
  }

  /// Whoever asks properly gets every answer, unless one of them said that it is the last.
  void judge_completeness(const std::string& who, const Client& client, const ClientStory& plot) {
    if (plot.requests.empty() && client.end() != Client::End::Clean) {
      findings_.push_back(who + "was not sent away in order");
    }
    if (!plot.polite) return;
    if (client.answers().size() == plot.requests.size()) return;
    if (!client.answers().empty()) {
      const std::string* connection = client.answers().back().message.field("Connection");
      if (connection != nullptr && equal_ignoring_case(*connection, "close")) return;
    }
    const Request& next = story_.requests[plot.requests[client.answers().size()]];
    if (breaks(next) && client.cut_short()) return;  // as much as the upstream gave
    // The reset that shows an unfinished answer may overtake whole ones before it.
    const bool any_breaks =
        std::any_of(plot.requests.begin(), plot.requests.end(),
                    [this](std::size_t id) { return breaks(story_.requests[id]); });
    if (any_breaks && client.end() == Client::End::Lost) return;
    found(next.id, "was never answered");
  }

  void judge_log() {
    std::size_t lines = 0;
    std::size_t answers = 0;
    for (const auto& client : evidence_.clients) answers += client->answers().size();
    for (std::size_t at = 0; at < evidence_.log.size();) {
      const std::size_t end = evidence_.log.find('\n', at);
      if (end == std::string::npos || evidence_.log[at] != '{' || evidence_.log[end - 1] != '}') {
        findings_.push_back("log line: " + evidence_.log.substr(at, end - at));
        return;
      }
      at = end + 1;
      ++lines;
    }
    if (lines < answers) findings_.push_back("fewer log lines than answers");
    if (shows_a_token(evidence_.log)) findings_.push_back("a token in the log");
  }

  /// What is remembered is not asked again.
  void judge_calls() {
    for (const Token& token : story_.tokens) {
      const bool stays = token.revoked_after.us == 0;
      if (!token.faulty && !token.expired) {
        judge_calls_about({introspection_path, token.text},
                          token.active && stays ? facts_life : refusals_life);
      }
      if (token.userinfo_status == 0 || token.userinfo_status == 401) {
        judge_calls_about({userinfo_path, token.text},
                          token.userinfo.good && stays ? facts_life : refusals_life);
      }
      if (token.confirmation_status != 503) {
        judge_calls_about({confirmation_path, token.text}, confirmed_life);
      }
    }
  }

  /// `life`: how long the answer is remembered.
  void judge_calls_about(const platform::sim::Provider::Subject& about, Duration life) {
    const auto calls = evidence_.provider.calls_about(about);
    if (calls.empty()) return;
    // All is forgotten when a key is taken out of a key set, of which there are two.
    const std::size_t forgotten = story_.keys.removed_kid.empty() ? 0 : 4;
    const auto lives = static_cast<std::size_t>((calls.back() - calls.front()).us / life.us);
    if (calls.size() > 2 + forgotten + lives) {
      findings_.push_back("asked too often: " + about.path + " about ..." +
                          about.token.substr(about.token.size() - 12));
    }
  }

  const Evidence& evidence_;
  const Story& story_;
  KeyBooks books_;
  std::map<std::size_t, unsigned> times_seen_;
  std::vector<std::string> findings_;
};

}  // namespace

std::vector<std::string> judge(const Evidence& evidence) { return Judge(evidence).run(); }

}  // namespace postern::simulation
