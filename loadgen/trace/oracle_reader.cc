#include "loadgen/trace/oracle_reader.h"

#include <bit>
#include <cstring>
#include <utility>

namespace ringlab {

namespace {

template <class T>
T LittleEndian(const char* bytes) {
  static_assert(std::endian::native == std::endian::little, "copied as they are");
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

class OracleReader final : public TraceReader {
 public:
  OracleReader(ByteWindow window, std::string file)
      : TraceReader(std::move(file)), window_(std::move(window)) {}

  TraceFormat format() const override { return TraceFormat::kOracle; }
  std::string_view compression() const override { return window_.compression(); }

  TraceStep Next(TraceRecord& record) override {
    if (failed()) return TraceStep::kError;
    if (window_.view().size() < kOracleBytes) {
      if (!window_.Fill(ByteWindow::kBytes)) return Refuse(window_.error());
      if (window_.view().empty()) return TraceStep::kEnd;
    }
    const std::string_view bytes = window_.view();
    if (bytes.size() < kOracleBytes) return RefuseRest();
    record.time = std::chrono::seconds(LittleEndian<std::uint32_t>(bytes.data()));
    record.op = TraceOp::kGet;
    record.key = {};
    record.id = LittleEndian<std::uint64_t>(bytes.data() + 4);
    record.size = LittleEndian<std::uint32_t>(bytes.data() + 12);
    record.ttl_s = 0;
    record.count = 1;
    const auto next = LittleEndian<std::int64_t>(bytes.data() + 16);
    if (next < -1) return RefuseNext(next);
    if (!Advances(record.time)) return RefuseOrder(Place(), record.time);
    window_.Skip(kOracleBytes);
    return TraceStep::kRecord;
  }

 private:
  std::string Place() const { return "byte " + std::to_string(window_.offset()); }

  TraceStep RefuseRest() {
    return Refuse(Place(),
                  "only " + std::to_string(window_.view().size()) +
                      " bytes are left; expected records of 24 bytes, so the file is cut or no "
                      "oracleGeneral");
  }
  TraceStep RefuseNext(std::int64_t next) {
    return Refuse(Place(), "the next request for its id is number " + std::to_string(next) +
                               "; expected -1 or more, so this is no oracleGeneral");
  }

  ByteWindow window_;
};

}  // namespace

std::unique_ptr<TraceReader> MakeOracleReader(ByteWindow window, std::string file) {
  return std::make_unique<OracleReader>(std::move(window), std::move(file));
}

}  // namespace ringlab
