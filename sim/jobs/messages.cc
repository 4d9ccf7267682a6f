#include "sim/jobs/messages.h"

#include <utility>

#include "sim/jobs/bytes.h"

namespace ringlab {

std::string ToBytes(const JobReport& report) {
  ByteWriter bytes;
  bytes.Add(report.wanted);
  bytes.Add(report.under_way);
  bytes.Add(report.asks_end ? 1 : 0);
  bytes.Add(report.done.size());
  for (const JobResult& result : report.done) {
    bytes.Add(result.job);
    bytes.AddText(result.bytes);
  }
  return std::move(bytes).Take();
}

std::string ToBytes(const JobOrders& orders) {
  ByteWriter bytes;
  bytes.Add(static_cast<std::uint64_t>(orders.what));
  bytes.Add(orders.more.begin);
  bytes.Add(orders.more.end);
  return std::move(bytes).Take();
}

Result<JobReport> ReadJobReport(std::string_view text) {
  ByteReader bytes(text);
  JobReport report{.wanted = bytes.Number(),
                   .under_way = bytes.Number(),
                   .asks_end = bytes.Number() != 0,
                   .done = {}};
  const std::uint64_t done = bytes.Count();
  for (std::uint64_t i = 0; i < done; ++i) {
    const std::uint64_t job = bytes.Number();
    report.done.push_back({.job = job, .bytes = std::string(bytes.Text())});
  }
  if (!bytes.IsWhole()) return Fail(Code::kDataLoss, "a report of jobs is cut, or none");
  return report;
}

Result<JobOrders> ReadJobOrders(std::string_view text) {
  ByteReader bytes(text);
  const std::uint64_t what = bytes.Number();
  JobOrders orders{.what = static_cast<JobOrders::What>(what),
                   .more = {.begin = bytes.Number(), .end = bytes.Number()}};
  if (!bytes.IsWhole() || what > static_cast<std::uint64_t>(JobOrders::What::kOver) ||
      orders.more.end < orders.more.begin) {
    return Fail(Code::kDataLoss, "orders about jobs are cut, or none");
  }
  return orders;
}

}  // namespace ringlab
