// The client of a real etcd, by the contract of its seam.
#include "node/etcd/grpc_client.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "node/live/child_process.h"
#include "node/live/timer_thread.h"
#include "tests/contract/etcd_contract.h"
#include "tests/support/own_loopback.h"

namespace ringlab {
namespace {

using std::chrono::seconds;

// A real one, of this process's own address.
class RealEtcd {
 public:
  RealEtcd() {
    const std::string own = "http://" + OwnLoopback();
    etcd_ = ChildProcess::Start(
                "/usr/bin/env",
                {"etcd", "--name", "m", "--data-dir", folder_.string(), "--listen-client-urls",
                 own + ":2379", "--advertise-client-urls", own + ":2379", "--listen-peer-urls",
                 own + ":2380", "--initial-advertise-peer-urls", own + ":2380", "--initial-cluster",
                 "m=" + own + ":2380", "--logger", "zap", "--log-outputs", "/dev/null"})
                .value();
    EtcdOptions options;
    options.endpoints = {endpoint()};
    client_ = *GrpcEtcdClient::Create(std::move(options), home_);
    const bool there = Await([this, asked = false, answers = answers_]() mutable {
      if (!std::exchange(asked, true) || !*answers) Look();
      return *answers;
    });
    REQUIRE(there);
  }
  ~RealEtcd() {
    home_.Stop();
    client_->Stop();
    etcd_->End(Duration::zero());
    std::filesystem::remove_all(folder_);
  }

  EtcdClient& client() { return *client_; }
  std::string endpoint() const { return OwnLoopback() + ":2379"; }

  template <class Act>
  void AtHome(Act act) {
    std::promise<void> done;
    home_.RunAt(home_.Now(), [&] {
      act();
      done.set_value();
    });
    done.get_future().wait();
  }
  template <class IsSo>
  bool Await(IsSo is_so) {
    for (int i = 0; i < 3000; ++i) {
      bool so = false;
      AtHome([&] { so = is_so(); });
      if (so) return true;
      Pass(std::chrono::milliseconds(10));
    }
    return false;
  }
  void Pass(Duration wait) { std::this_thread::sleep_for(wait); }
  void Compact(std::int64_t revision) { Control({"compact", std::to_string(revision)}); }
  void Delete(const std::string& key) { Control({"del", key}); }

 private:
  void Look() {
    client_->List("s/", 1, [answers = answers_](const Result<EtcdListing>& listing) {
      if (listing) *answers = true;
    });
  }
  void Control(std::vector<std::string> words) {
    words.insert(words.begin(), {"etcdctl", "--endpoints", endpoint()});
    const auto etcdctl = ChildProcess::Start("/usr/bin/env", words, {"ETCDCTL_API=3"}).value();
    while (etcdctl->ReadLine(seconds(30))) {
    }
    etcdctl->End(seconds(30));
  }

  const std::filesystem::path folder_ = std::filesystem::temp_directory_path() /
                                        ("ringlab-etcd-contract-" + std::to_string(getpid()));
  std::unique_ptr<ChildProcess> etcd_;
  const std::shared_ptr<bool> answers_ = std::make_shared<bool>(false);  // of home's thread
  TimerThread home_;
  std::unique_ptr<EtcdClient> client_;
};

TEST_CASE("a real etcd and its client keep the contract of etcd") {
  RealEtcd etcd;
  CheckEtcdContract(etcd);
}

}  // namespace
}  // namespace ringlab
