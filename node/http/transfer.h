// Transfer: a call of the HTTP client on its way through libcurl, and what has come of its answer.
// For client.cc alone, on its thread.
#pragma once

#include <curl/curl.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "node/http/client.h"
#include "node/http/routes.h"
#include "node/http/text.h"
#include "node/live/timer_thread.h"

namespace ringlab {

using TransferDone = Function<void(Result<HttpAnswer>)>;

inline std::string_view Trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t\r\n"), text.size());
  const std::size_t end = text.find_last_not_of(" \t\r\n") + 1;
  return text.substr(begin, end > begin ? end - begin : 0);
}

// A call on its way, and what has come of its answer.
struct Transfer {
  HttpCall call;
  TransferDone done;
  HttpAnswer answer = {};
  std::size_t reply_bytes_max = 0;
  bool too_large = false;
  curl_slist* fields = nullptr;

  Transfer(HttpCall its_call, TransferDone its_done)
      : call(std::move(its_call)), done(std::move(its_done)) {}
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer() { curl_slist_free_all(fields); }

  // False when there is no memory for them.
  bool MakeFields() {
    for (const std::string& field : call.fields) {
      curl_slist* const longer = curl_slist_append(fields, field.c_str());
      if (longer == nullptr) return false;
      fields = longer;
    }
    return true;
  }
};

inline std::size_t TakeBody(char* bytes, std::size_t one, std::size_t size, void* to) {
  auto& transfer = *static_cast<Transfer*>(to);
  if (transfer.answer.body.size() + one * size > transfer.reply_bytes_max) {
    transfer.too_large = true;
    return 0;  // ends the transfer
  }
  transfer.answer.body.append(bytes, one * size);
  return one * size;
}

inline std::size_t TakeField(char* bytes, std::size_t one, std::size_t size, void* to) {
  const std::string_view line(bytes, one * size);
  const std::size_t colon = std::min(line.find(':'), line.size());
  if (colon < line.size() && SameText(line.substr(0, colon), kCodeField)) {
    static_cast<Transfer*>(to)->answer.code = Trimmed(line.substr(colon + 1));
  }
  return one * size;
}

// Ours, not the peer's.
inline Error NoMemory(const Transfer& transfer) {
  return {Code::kResourceExhausted, "GET " + transfer.call.url + ": no memory for the call"};
}

inline Error Failure(const Transfer& transfer, CURLcode result) {
  if (result == CURLE_OUT_OF_MEMORY) return NoMemory(transfer);
  const std::string what = "GET " + transfer.call.url + ": ";
  if (transfer.too_large) {
    return {Code::kInternal,
            what + "a reply of more than " + std::to_string(transfer.reply_bytes_max) + " bytes"};
  }
  const bool late = transfer.call.deadline <= TimerThread::SteadyNow();
  if (result == CURLE_OPERATION_TIMEDOUT && late) {
    return {Code::kDeadlineExceeded, what + "no answer before the deadline"};
  }
  return {Code::kUnavailable, what + curl_easy_strerror(result)};
}

}  // namespace ringlab
