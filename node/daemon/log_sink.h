// LogSink: the node's log on a descriptor, which no reader of it can hold up.
//
// A pipe whose reader has stopped takes nothing more once it is full. A node that waited for it
// would answer nobody and hear no signal, so lines are dropped then, and counted: the next one that
// gets through says how many. Thread-safe, as spdlog's sinks are.
#pragma once

#include <spdlog/sinks/base_sink.h>

#include <cstdint>
#include <mutex>
#include <string_view>

namespace ringlab {

class LogSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  // The descriptor stays the caller's.
  explicit LogSink(int file) : file_(file) {}

 private:
  void sink_it_(const spdlog::details::log_msg& line) override;
  void flush_() override {}

  bool Write(std::string_view text) const;

  const int file_;
  std::uint64_t dropped_ = 0;
};

}  // namespace ringlab
