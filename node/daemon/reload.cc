// The story of a reload: what of changed settings a running node takes over.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <set>

#include "core/base/parse.h"
#include "node/daemon/daemon.h"

namespace ringlab {

namespace {

std::set<std::string> ChangedFlags(const Settings& before, const Settings& after) {
  std::set<std::string> changed;
  for (const auto& [flag, text] : after.given) {
    const auto was = before.given.find(flag);
    if (was == before.given.end() || was->second != text) changed.insert(flag);
  }
  return changed;
}

bool SameNames(const std::vector<GroupSpec>& a, const std::vector<GroupSpec>& b) {
  return std::ranges::equal(a, b, {}, &GroupSpec::name, &GroupSpec::name);
}

}  // namespace

// All or nothing: what can fail comes before what is changed. After a failure the settings are
// those from before, so that the same file, read again, is told of again.
void Daemon::Reload(Result<Settings> next) {
  if (!next) return spdlog::error("reload: {}; nothing is changed", next.error().message);
  std::set<std::string> changed = ChangedFlags(settings_, *next);
  const bool list = settings_.etcd.endpoints.empty() && !next->peers.empty();
  const bool peers = list && changed.erase("--peers") > 0;
  const bool budgets =
      SameNames(settings_.node.groups, next->node.groups) && changed.erase("--groups") > 0;
  if (budgets) {
    if (const auto fit = node_->CheckBudgets(next->node.groups); !fit) {
      return spdlog::error("reload: --groups: {}; nothing is changed", fit.error().message);
    }
  }
  if (peers) {
    if (const auto joined = peers_->Set(next->peers); !joined) {
      return spdlog::error("reload: --peers: {}; nothing is changed", joined.error().message);
    }
    settings_.peers = next->peers;
  }
  if (budgets) SetBudgets(next->node.groups);
  if (changed.erase("--log-level") > 0) {
    settings_.log_level = next->log_level;
    spdlog::set_level(next->log_level);
  }
  for (const std::string& flag : changed) {
    spdlog::warn("reload: {} takes a restart; it stays as it was", flag);
    next->given[flag] = settings_.given[flag];
  }
  settings_.given = std::move(next->given);
  FollowCertificates();
  spdlog::info("reload: done");
}

void Daemon::SetBudgets(const std::vector<GroupSpec>& groups) {
  if (const auto set = node_->SetBudgets(groups); !set) {
    return spdlog::error("reload: --groups: {}", set.error().message);
  }
  settings_.node.groups = groups;
  for (const GroupSpec& group : groups) {
    spdlog::info("reload: group {} may use {}", group.name, FormatBytes(group.bytes));
  }
}

}  // namespace ringlab
