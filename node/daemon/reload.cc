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

void Daemon::Reload(Result<Settings> next) {
  if (!next) return spdlog::error("reload: {}; nothing is changed", next.error().message);
  std::set<std::string> changed = ChangedFlags(settings_, *next);
  if (changed.erase("--log-level") > 0) {
    settings_.log_level = next->log_level;
    spdlog::set_level(next->log_level);
  }
  if (changed.contains("--groups") && SameNames(settings_.node.groups, next->node.groups)) {
    if (SetBudgets(next->node.groups)) settings_.node.groups = next->node.groups;
    changed.erase("--groups");
  }
  const bool list = settings_.etcd.endpoints.empty() && !next->peers.empty();
  if (list && changed.erase("--peers") > 0) {
    settings_.peers = next->peers;
    SetPeers(next->peers);
  }
  for (const std::string& flag : changed) {
    spdlog::warn("reload: {} takes a restart; it stays as it was", flag);
    next->given[flag] = settings_.given[flag];
  }
  settings_.given = std::move(next->given);
  FollowCertificates();
  spdlog::info("reload: done");
}

bool Daemon::SetBudgets(const std::vector<GroupSpec>& groups) {
  for (const GroupSpec& group : groups) {
    if (const auto set = node_->SetBudget(group); !set) {
      spdlog::error("reload: --groups: {}", set.error().message);
      return false;
    }
    spdlog::info("reload: group {} may use {}", group.name, FormatBytes(group.bytes));
  }
  return true;
}

}  // namespace ringlab
