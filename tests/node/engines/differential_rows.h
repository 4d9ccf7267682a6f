// The requests of differential_test.cc, and what is answered.
//
// Data.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "tests/node/h2/frames.h"

namespace ringlab::differential {

inline constexpr std::size_t kMessageBytesMax = 1000;  // of the servers that are asked

struct Row {
  std::string name;
  std::string frames;        // after the preface
  std::string answer;        // of h2: see InWords and AnswerOf
  std::string of_grpc = {};  // where it differs; "… END": its threads race for what is before END
  std::string because = {};  // and why it may
  int first = 1;             // the answer tells of the requests from here
  int last = 1;              // to here: streams 1, 3, 5 …
  bool awaits = true;        // their ends, before it looks whether the connection lives
  bool bare = false;         // without the preface
};

// What rows have in common.
inline const std::string kEcho = "/t.T/Echo";
inline const std::string kFail = "/t.T/Fail";
inline const std::string kSeen = "/t.T/Seen";
inline const std::string kHello = "200 grpc 0 [hello]";
inline const std::string kHandedOn = "grpc++ looks at less than the protocol asks for";
inline const std::string kLibrary = "what libnghttp2 refuses never reaches us";

inline std::string Head(const std::string& path = kEcho, frames::Fields more = {}) {
  return frames::Headers(1, frames::Request(path, std::move(more)));
}

std::vector<Row> BodyRows();
std::vector<Row> HeadRows();
std::vector<Row> TimeoutRows();
std::vector<Row> AnswerRows();
std::vector<Row> ConnectionRows();
std::vector<Row> SessionRows();
std::vector<Row> HealthRows();

std::vector<Row> Rows();

}  // namespace ringlab::differential
