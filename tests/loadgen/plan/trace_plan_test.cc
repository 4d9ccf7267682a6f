#include "loadgen/plan/trace_plan.h"

#include <catch2/catch.hpp>

#include "loadgen/plan/plan_survey.h"
#include "loadgen/plan/workload.h"
#include "loadgen/trace/trace_writer.h"
#include "tests/loadgen/trace/trace_files.h"

namespace ringlab {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Workload PlanOf(TraceOptions trace, Duration duration = Duration::max()) {
  auto plan = Workload::Create({.qps = 1000, .duration = duration, .trace = std::move(trace)});
  REQUIRE(plan.has_value());
  return *std::move(plan);
}

std::vector<Duration> TimesOf(const TraceOptions& trace) {
  Workload plan = PlanOf(trace);
  std::vector<Duration> times;
  PlannedRequest request;
  while (plan.Next(request)) times.push_back(request.intended);
  REQUIRE_FALSE(plan.error());
  return times;
}

TEST_CASE("requests of a whole second are spread over it", "[trace]") {
  const TraceFile file("100,get,a,1,0\n100,get,b,1,0\n101,get,a,1,0\n110,get,c,1,0\n");
  REQUIRE(TimesOf({.file = file.path()}) ==
          std::vector<Duration>{milliseconds(250), milliseconds(750), milliseconds(1500),
                                milliseconds(10'500)});
  REQUIRE(TimesOf({.file = file.path(), .speed = 10}) ==
          std::vector<Duration>{milliseconds(25), milliseconds(75), milliseconds(150),
                                milliseconds(1050)});
}

TEST_CASE("exact times are kept, from the whole second in which the trace begins", "[trace]") {
  const TraceFile file("7.25,get,a,1,0\n7.25,get,b,1,0\n9.000000001,get,a,1,0\n");
  REQUIRE(TimesOf({.file = file.path()}) ==
          std::vector<Duration>{milliseconds(250), milliseconds(250), Duration(2'000'000'001)});
}

TEST_CASE("a count is so many requests, spread as others are", "[trace]") {
  const TraceFile file("op_time,key,op,op_count,size\n5,a,GET,3,1\n5,b,SET,1,9\n");
  Workload plan = PlanOf({.file = file.path()});
  PlannedRequest request;
  for (int i = 0; i < 4; ++i) {
    REQUIRE(plan.Next(request));
    REQUIRE(request.index == static_cast<std::uint64_t>(i));
    REQUIRE(request.key == (i < 3 ? "a" : "b"));
    REQUIRE(request.intended == milliseconds(125 + 250 * i));
    REQUIRE(request.operation == (i < 3 ? Operation::kGet : Operation::kSet));
  }
  REQUIRE(request.size == 9);
  REQUIRE_FALSE(plan.Next(request));
  REQUIRE_FALSE(plan.Next(request));
}

TEST_CASE("at our rate a trace gives the order alone", "[trace]") {
  const TraceFile file("key\nx\nkey-7\nkey-07\n");
  Workload plan = PlanOf({.file = file.path(), .own_times = false});
  PlannedRequest request;
  std::string keys;
  Duration last{};
  while (plan.Next(request)) {
    AppendKey(request, {}, keys);
    keys += ' ';
    REQUIRE(request.intended >= last);
    last = request.intended;
  }
  REQUIRE(keys == "x key-7 key-07 ");
  REQUIRE(PlannedKeyIndex("key-7") == 7);
  REQUIRE(PlannedKeyIndex("key-0") == 0);
  for (const char* other :
       {"key-07", "key-", "key--1", "key-1x", "kez-1", "", "key-99999999999999999999"}) {
    REQUIRE_FALSE(PlannedKeyIndex(other));
  }
  Workload timed = PlanOf({.file = file.path()});
  REQUIRE_FALSE(timed.Next(request));
  REQUIRE(timed.error()->message.find("has no times") != std::string::npos);
}

TEST_CASE("a trace that breaks off ends the plan and is told", "[trace]") {
  const TraceFile file("1,get,a,1,0\n1,get,b,1,0\n2,get,c,x,0\n");
  const PlanSurvey survey = SurveyPlan(PlanOf({.file = file.path()}), Duration::zero());
  REQUIRE(survey.requests == 2);
  REQUIRE(survey.error->message.find(": line 3: \"x\"") != std::string::npos);
  const PlanSurvey gone = SurveyPlan(PlanOf({.file = "/nowhere"}), Duration::zero());
  REQUIRE(gone.requests == 0);
  REQUIRE(gone.error->message == "/nowhere: there is no such file");
}

TEST_CASE("a trace that is slowed down for more than a century is refused", "[trace]") {
  const TraceFile file("0,set,a,1,3153600000\n4294967295,get,b,1,0\n");
  REQUIRE(TimesOf({.file = file.path()}).size() == 2);
  const PlanSurvey survey =
      SurveyPlan(PlanOf({.file = file.path(), .speed = TracePlan::kSpeedMin}), Duration::zero());
  REQUIRE(survey.requests == 1);
  REQUIRE(survey.error.value().message.find("higher speed=") != std::string::npos);
}

TEST_CASE("every worker sends its part of a trace, and knows all of it", "[trace]") {
  std::string text = "time,op,key,size,ttl\n";
  for (int i = 0; i < 1000; ++i) {
    text += std::to_string(i / 50) + (i % 3 == 0 ? ",set,user:" : ",get,user:") +
            std::to_string(i % 37) + ",100,0\n";
  }
  const TraceFile file(text);
  const Workload plan = PlanOf({.file = file.path()});
  const PlanHash whole = HashPlan(plan);
  for (const std::uint64_t workers : {1, 2, 3, 7}) {
    std::vector<std::string> keys(1000);
    for (std::uint64_t i = 0; i < workers; ++i) {
      PlanSlice slice(plan, i, workers);
      PlannedRequest request;
      while (slice.Next(request)) AppendKey(request, {}, keys.at(request.index));
      REQUIRE(slice.hash() == whole);
    }
    for (std::size_t i = 0; i < keys.size(); ++i) {
      REQUIRE(keys[i] == "user:" + std::to_string(i % 37));
    }
  }
}

TEST_CASE("a survey says what a trace asks for", "[trace]") {
  std::string text;
  for (int i = 0; i < 3000; ++i) {
    text += std::to_string(i / 100) + (i % 10 == 0 ? ",set,k" : ",get,k") +
            std::to_string(i % 1500) + ",100,0\n";
  }
  const TraceFile file(text + "30,delete,k,0,0\n");
  const PlanSurvey survey = SurveyPlan(PlanOf({.file = file.path()}), seconds(10));
  REQUIRE(survey.requests == 3001);
  REQUIRE(survey.measured == 2001);
  REQUIRE(survey.operations == std::array<std::uint64_t, kOperations>{2700, 300, 1});
  REQUIRE(survey.last == milliseconds(30'500));
  REQUIRE(survey.distinct == Approx(1501).epsilon(0.03));
  const PlanSurvey part = SurveyPlan(PlanOf({.file = file.path()}, seconds(2)), {});
  REQUIRE(part.requests == 200);
  REQUIRE_FALSE(part.error);
}

// What issues of other simulators ask for: a plan of ours as a trace, and back.
TEST_CASE("a plan goes through every format and keeps its order", "[trace]") {
  const WorkloadOptions options{
      .seed = 3, .qps = 2000, .duration = seconds(5), .keys = 5000, .zipf_s = 0.9};
  const Workload law = *Workload::Create(options);
  const PlanHash hash = HashPlan(law);
  for (const TraceFormat format :
       {TraceFormat::kCsv, TraceFormat::kTwitter, TraceFormat::kKvcache, TraceFormat::kOracle}) {
    const TraceFile file;
    auto writer = TraceWriter::Create(file.path(), format);
    Workload plan = law;
    PlannedRequest request;
    std::string key;
    while (plan.Next(request)) {
      key.clear();
      AppendKey(request, {}, key);
      REQUIRE((*writer)
                  ->Write({.time = request.intended, .key = key, .id = request.key_index})
                  .has_value());
    }
    REQUIRE((*writer)->Finish().has_value());
    const PlanHash own = HashPlan(PlanOf({.file = file.path()}));
    const PlanHash fast = HashPlan(PlanOf({.file = file.path(), .speed = 10}));
    REQUIRE(own.OrderToString() == hash.OrderToString());
    REQUIRE(fast.OrderToString() == hash.OrderToString());
    REQUIRE(own.ToString() != fast.ToString());
    // A CSV has the times as well.
    REQUIRE((own == hash) == (format == TraceFormat::kCsv));
  }
}

}  // namespace
}  // namespace ringlab
