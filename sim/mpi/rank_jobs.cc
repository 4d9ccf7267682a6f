#include "sim/mpi/rank_jobs.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <utility>

#include "node/live/flags.h"
#include "node/live/timer_thread.h"

namespace ringlab {

namespace {

constexpr Duration kLookEvery = std::chrono::milliseconds(1);
constexpr Duration kReportEvery = std::chrono::milliseconds(100);
constexpr Duration kSilenceMax = std::chrono::seconds(15);
constexpr Duration kEndPatience = std::chrono::milliseconds(600);

}  // namespace

// Rank 0's part of a run.
class RankJobs::First {
 public:
  First(const Jobs& jobs, const Ranks& ranks, RankMail& mail)
      : jobs_(jobs),
        mail_(mail),
        dealer_(jobs.count),
        threads_(jobs.work),
        heard_(static_cast<std::size_t>(ranks.size()), TimerThread::SteadyNow()),
        under_way_(heard_.size(), 0),
        told_(heard_.size(), false) {
    told_[0] = true;
  }

  Result<JobsEnd> Run() {
    TimePoint look = TimerThread::SteadyNow();
    while (!AllAreTold() && end_.lost.empty()) {
      while (const auto letter = mail_.Take()) Answer(*letter);
      threads_.Add(dealer_.Deal(threads_.wanted()));
      for (JobResult& result : threads_.TakeDone(kLookEvery)) dealer_.Keep(std::move(result));
      TakeReady();
      NoteLosses();
      const TimePoint now = TimerThread::SteadyNow();
      if (now < look) continue;
      look = now + kReportEvery;
      if (!jobs_.watch(dealer_.done())) Stop();
    }
    jobs_.watch(dealer_.done());
    if (failed_) return tl::unexpected<Error>(*std::move(failed_));
    end_.taken = dealer_.taken();
    end_.stopped = !dealer_.is_over();
    return std::move(end_);
  }

 private:
  bool IsEnded() const {
    if (dealer_.is_over()) return true;
    if (!stopped_at_) return false;
    const bool idle = threads_.under_way() == 0 &&
                      std::ranges::all_of(under_way_, [](std::uint64_t n) { return n == 0; });
    return idle || TimerThread::SteadyNow() - *stopped_at_ > kEndPatience;
  }

  bool AllAreTold() const {
    return IsEnded() && std::ranges::all_of(told_, [](bool told) { return told; });
  }

  void Answer(const RankLetter& letter) {
    heard_[letter.from] = TimerThread::SteadyNow();
    auto report = ReadJobReport(letter.text);
    if (!report) return Break(letter.from, report.error());
    for (JobResult& result : report->done) dealer_.Keep(std::move(result));
    TakeReady();
    if (report->asks_end) Stop();
    under_way_[letter.from] = report->under_way;
    JobOrders orders;
    if (IsEnded()) {
      orders.what = JobOrders::What::kOver;
      told_[letter.from] = true;
    } else if (stopped_at_) {
      orders.what = JobOrders::What::kStop;
    } else {
      orders.more = dealer_.Deal(report->wanted);
      under_way_[letter.from] += orders.more.size();
    }
    mail_.Send(letter.from, ToBytes(orders));
  }

  void TakeReady() {
    for (const JobResult& result : dealer_.TakeReady()) {
      if (failed_) return;
      if (const auto taken = jobs_.take(result.job, result.bytes); !taken) {
        failed_ = taken.error();
        Stop();
      }
    }
  }

  void Stop() {
    if (!stopped_at_) stopped_at_ = TimerThread::SteadyNow();
    dealer_.Stop();
    threads_.DropWaiting();
  }

  // What a rank says that is of our version says it right.
  void Break(std::size_t rank, const Error& error) {
    failed_ = Error{error.code, "rank " + std::to_string(rank) + ": " + error.message};
    told_[rank] = true;
    Stop();
  }

  // A rank that hung before the stop has as long as the others from there on.
  void NoteLosses() {
    const TimePoint now = TimerThread::SteadyNow();
    for (std::size_t rank = 1; rank < heard_.size(); ++rank) {
      const TimePoint since = stopped_at_ ? std::max(heard_[rank], *stopped_at_) : heard_[rank];
      if (told_[rank] || now - since <= (stopped_at_ ? kEndPatience : kSilenceMax)) continue;
      end_.lost.push_back(rank);
    }
  }

  const Jobs& jobs_;
  RankMail& mail_;
  JobDealer dealer_;
  JobThreads threads_;
  std::vector<TimePoint> heard_;          // by rank: when it reported last
  std::vector<std::uint64_t> under_way_;  // by rank: jobs that it has and has not done
  std::vector<bool> told_;                // by rank: that the run is over
  std::optional<TimePoint> stopped_at_;
  std::optional<Error> failed_;
  JobsEnd end_;
};

Result<JobsEnd> RankJobs::Run(const Jobs& jobs) {
  return ranks_.is_first() ? First(jobs, ranks_, mail_).Run() : RunAsOther(jobs);
}

Result<JobsEnd> RankJobs::RunAsOther(const Jobs& jobs) {
  JobThreads threads(jobs.work);
  JobReport report;
  JobsEnd end;
  bool waits = false;  // for an answer
  bool has_more = true;
  std::uint64_t done = 0;
  TimePoint heard = TimerThread::SteadyNow();
  TimePoint look = heard;
  while (true) {
    if (const auto letter = mail_.Take()) {
      const auto orders = ReadJobOrders(letter->text);
      if (!orders) return tl::unexpected<Error>(orders.error());
      if (orders->what == JobOrders::What::kOver) return end;
      end.stopped = orders->what == JobOrders::What::kStop;
      if (end.stopped) threads.DropWaiting();
      threads.Add(orders->more);
      has_more = orders->more.size() > 0;
      heard = TimerThread::SteadyNow();
      waits = false;
    }
    for (JobResult& result : threads.TakeDone(kLookEvery)) {
      report.done.push_back(std::move(result));
      ++done;
    }
    const TimePoint now = TimerThread::SteadyNow();
    bool is_due = !report.done.empty() || (has_more && threads.wanted() > 0);
    if (now >= look) {
      look = now + kReportEvery;
      report.asks_end = !jobs.watch(done) || report.asks_end;
      is_due = true;
    }
    if (is_due && !waits) {
      report.wanted = threads.wanted();
      report.under_way = threads.under_way();
      mail_.Send(0, ToBytes(report));
      report.done.clear();
      waits = true;
    }
    if (now - heard <= 2 * kSilenceMax) continue;
    std::fprintf(stderr, "%s: rank %d of %d: rank 0 has not answered for %.0f s\n",
                 ranks_.tool().c_str(), ranks_.index(), ranks_.size(), Seconds(now - heard));
    std::_Exit(kExitInconclusive);  // at once: MPI may still read what we sent
  }
}

}  // namespace ringlab
