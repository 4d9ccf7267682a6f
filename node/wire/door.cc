#include "node/wire/door.h"

#include <utility>

#include "core/item/found.h"

namespace ringlab {

namespace {

// A value out of a cache of this node, which knows since when it has been there.
bool IsCached(Level level) {
  return level == Level::kCache || level == Level::kHot || level == Level::kStale;
}

}  // namespace

Result<Group*> FindGroup(const Groups& groups, std::string_view name) {
  const auto group = groups.find(name);
  if (group != groups.end()) return group->second.get();
  return Fail(Code::kNotFound, kNoSuchGroup + std::string(name));
}

ExplainedGet Explain(const Door& door, std::string_view key, TimePoint arrived, TimePoint now,
                     const Result<GetReply>& reply) {
  auto view = door.membership.Snapshot();
  Answer answer;
  if (reply) answer.level = reply->level;
  if (reply && IsCached(reply->level)) answer.age = Found(reply->value).Age(now);
  answer.owner = view->owner_name(view->ring->OwnerOf(key));
  answer.ring = view->ring->fingerprint();
  answer.took = now - arrived;
  return {std::move(view), answer};
}

}  // namespace ringlab
