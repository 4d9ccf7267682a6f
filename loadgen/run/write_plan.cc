#include "loadgen/run/write_plan.h"

#include <cstdio>
#include <filesystem>
#include <vector>

#include "core/source/synthetic_source.h"
#include "loadgen/plan/trace_sizes.h"
#include "loadgen/trace/part_file.h"
#include "loadgen/trace/trace_writer.h"

namespace ringlab {

namespace {

TraceOp TraceOpOf(Operation operation) {
  switch (operation) {
    case Operation::kGet: return TraceOp::kGet;
    case Operation::kSet: return TraceOp::kSet;
    case Operation::kRemove: return TraceOp::kRemove;
  }
  return TraceOp::kGet;
}

// What the plan's request is in a trace. Its key's text is that of `key`.
TraceRecord RecordOf(const PlannedRequest& request, const DriverOptions& driver,
                     const std::string& key, std::uint64_t key_index) {
  TraceRecord record{.time = request.intended,
                     .op = TraceOpOf(request.operation),
                     .key = key,
                     .id = key_index,
                     .size = request.size};
  if (record.op == TraceOp::kRemove) return record;
  const bool is_set = record.op == TraceOp::kSet;
  if (record.size == 0 && (is_set || SyntheticExists(driver.values, key))) {
    record.size = SyntheticSize(driver.values, key);
  }
  const Duration ttl = request.ttl > Duration::zero() ? request.ttl : driver.ttl;
  if (is_set) {
    record.ttl_s = static_cast<std::uint64_t>(std::chrono::ceil<std::chrono::seconds>(ttl).count());
  }
  return record;
}

// The requests of the plan, a batch as its keys, until `write` has an error. What it says, or the
// hashes of the plan.
template <class Write>
Result<PlanHash> WalkPlan(const RunConfig& config, const std::string& file,
                          const std::function<bool()>& goes_on, Write write) {
  auto plan = Workload::Create(config.workload);
  if (!plan) return tl::unexpected<Error>(plan.error());
  PlanHash hash;
  PlannedRequest request;
  std::string key;
  std::vector<std::uint64_t> further;
  constexpr std::uint64_t kAskEvery = 4096;  // requests
  while (plan->Next(request)) {
    if (request.index % kAskEvery == 0 && !goes_on()) {
      return Fail(Code::kCancelled,
                  "--write-trace: interrupted; \"" + file + "\" is as it was before");
    }
    hash.Add(request);
    key.clear();
    AppendKey(request, config.driver.key_sizes, key);
    Result<void> written = write(RecordOf(request, config.driver, key, request.key_index));
    further.clear();
    if (request.further_keys > 0) plan->FurtherKeys(request, further);
    for (const std::uint64_t index : further) {
      key.clear();
      AppendKey(index, config.driver.key_sizes, key);
      if (written) written = write(RecordOf(request, config.driver, key, index));
    }
    if (!written) return tl::unexpected<Error>(written.error());
  }
  if (plan->error()) return tl::unexpected<Error>(*plan->error());
  return hash;
}

Result<std::string> WriteSizes(const RunConfig& config, const std::string& file,
                               const std::function<bool()>& goes_on) {
  TraceSizes sizes;
  const auto walked = WalkPlan(config, file, goes_on, [&](const TraceRecord& record) {
    sizes.Add(record.key, record.size);
    return Result<void>();
  });
  if (!walked) return tl::unexpected<Error>(walked.error());
  if (sizes.is_full()) {
    return Fail(Code::kOutOfRange, "--write-trace: the plan has " +
                                       std::to_string(TraceSizes::kKeysMax) +
                                       " keys or more; expected fewer with format=sizes");
  }
  auto part = PartFile::Create(file);
  if (!part) return tl::unexpected<Error>(part.error());
  const std::string bytes = sizes.Encode();
  if (std::fwrite(bytes.data(), 1, bytes.size(), (*part)->stream()) != bytes.size()) {
    return (*part)->Failed("write");
  }
  if (auto kept = (*part)->Keep(); !kept) return tl::unexpected<Error>(kept.error());
  return std::to_string(sizes.keys()) + " keys with their sizes in " + file + "\n";
}

}  // namespace

Result<std::string> WritePlan(const LoadgenOptions& options, const std::function<bool()>& goes_on) {
  const RunConfig& config = options.config;
  const TraceOutput& output = *options.write_trace;
  std::error_code ignored;
  const auto& trace = config.workload.trace;
  if (trace && std::filesystem::equivalent(trace->file, output.file, ignored)) {
    return Fail(Code::kInvalidArgument,
                "--write-trace: \"" + output.file + "\": expected another file than --trace reads");
  }
  if (!output.format) return WriteSizes(config, output.file, goes_on);
  auto writer = TraceWriter::Create(output.file, *output.format);
  if (!writer) return tl::unexpected<Error>(writer.error());
  const auto hash = WalkPlan(config, output.file, goes_on,
                             [&](const TraceRecord& record) { return (*writer)->Write(record); });
  if (!hash) return tl::unexpected<Error>(hash.error());
  if (auto finished = (*writer)->Finish(); !finished) {
    return tl::unexpected<Error>(finished.error());
  }
  std::string text = std::to_string((*writer)->written()) + " requests in " + output.file + " (" +
                     std::string(TraceFormatName(*output.format)) + "); plan hash " +
                     hash->ToString() + ", order hash " + hash->OrderToString() + "\n";
  if ((*writer)->left_out() > 0) {
    text += std::to_string((*writer)->left_out()) + " removes are left out: the format has none\n";
  }
  return text;
}

}  // namespace ringlab
