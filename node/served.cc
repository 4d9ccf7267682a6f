#include "node/served.h"

#include "core/found.h"
#include "node/answer.h"

namespace ringlab {

namespace {

// A value out of a cache of this node, which knows since when it has been there.
bool IsCached(Level level) {
  return level == Level::kCache || level == Level::kHot || level == Level::kStale;
}

}  // namespace

std::string AnswerTo(const Served& served, std::string_view key, TimePoint arrived, TimePoint now,
                     const Result<GetReply>& reply) {
  const auto view = served.membership.Snapshot();
  Answer answer;
  if (reply) answer.level = reply->level;
  if (reply && IsCached(reply->level)) answer.age = Found(reply->value).Age(now);
  answer.owner = view->owner_name(view->ring->OwnerOf(key));
  answer.ring = view->ring->fingerprint();
  answer.took = now - arrived;
  return answer.ToText();
}

}  // namespace ringlab
