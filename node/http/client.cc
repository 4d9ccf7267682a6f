#include "node/http/client.h"

#include <curl/curl.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>

#include "node/http/transfer.h"
#include "node/live/timer_thread.h"

namespace ringlab {

namespace {

constexpr int kIdleMs = 10'000;  // between two looks at nothing; a call wakes the thread up
constexpr int kIdleMsUnwoken = 20;
constexpr std::size_t kIdleHandlesMax = 64;

// Once a process, before any thread uses it.
bool InitCurl() {
  static const CURLcode kDone = curl_global_init(CURL_GLOBAL_DEFAULT);
  return kDone == CURLE_OK;
}

}  // namespace

// The thread and what it works on. Calls are handed over under the lock; libcurl's handles are the
// thread's alone.
class HttpClient::Loop {
 public:
  explicit Loop(HttpClientOptions options) : options_(options) { InitCurl(); }
  ~Loop() {
    Stop();
    for (CURL* handle : idle_) curl_easy_cleanup(handle);
    if (multi_ != nullptr) curl_multi_cleanup(multi_);
  }

  void Add(std::unique_ptr<Transfer> transfer);
  void Cancel();
  void Stop();

 private:
  const char* Start();
  void Wake();
  void Run();
  bool TakeOver();
  void Begin(std::unique_ptr<Transfer> transfer);
  void EndFinished();
  void End(CURL* handle, CURLcode result);
  void EndAll();
  void Finish(Transfer& transfer, Result<HttpAnswer> answer);

  const HttpClientOptions options_;
  CURLM* multi_ = nullptr;  // null until the first call; then for good
  int idle_ms_ = kIdleMs;
  std::set<CURL*> under_way_;
  std::vector<CURL*> idle_;
  std::mutex mutex_;  // standard: std::thread and it go together
  std::deque<std::unique_ptr<Transfer>> waiting_;
  std::size_t calls_ = 0;  // waiting and under way
  bool cancelled_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

// With the lock. Null, or why it cannot be: the next call tries again.
const char* HttpClient::Loop::Start() {
  if (thread_.joinable()) return nullptr;
  if (multi_ == nullptr) {
    multi_ = InitCurl() ? curl_multi_init() : nullptr;
    if (multi_ == nullptr) return "libcurl cannot start: there is no memory for it";
    curl_multi_setopt(multi_, CURLMOPT_MAX_HOST_CONNECTIONS, options_.connections_per_host_max);
    curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS, options_.connections_max);
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, options_.connections_max);
    // Without descriptors for it nothing wakes it up: then it looks by itself.
    if (curl_multi_wakeup(multi_) != CURLM_OK) idle_ms_ = kIdleMsUnwoken;
  }
  try {
    thread_ = std::thread([this] { Run(); });
  } catch (const std::system_error&) {
    return "no thread can be started for calls over HTTP";
  }
  return nullptr;
}

void HttpClient::Loop::Wake() {
  if (multi_ != nullptr) curl_multi_wakeup(multi_);
}

void HttpClient::Loop::Add(std::unique_ptr<Transfer> transfer) {
  const char* refusal = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (cancelled_) {
      refusal = "the transport is stopping";
    } else if (calls_ == options_.calls_max) {
      refusal = "too many calls are under way";
    } else if (refusal = Start(); refusal == nullptr) {
      ++calls_;
      waiting_.push_back(std::move(transfer));
    }
    if (refusal == nullptr) Wake();
  }
  if (refusal == nullptr) return;
  const bool stopping = std::string_view(refusal).ends_with("stopping");
  transfer->done(Fail(stopping ? Code::kUnavailable : Code::kResourceExhausted, refusal));
}

void HttpClient::Loop::Cancel() {
  {
    const std::lock_guard lock(mutex_);
    cancelled_ = true;
    Wake();
  }
}

void HttpClient::Loop::Stop() {
  Cancel();
  std::thread thread;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    thread.swap(thread_);
    Wake();
  }
  if (thread.joinable()) thread.join();
}

void HttpClient::Loop::Run() {
  while (TakeOver()) {
    int running = 0;
    curl_multi_perform(multi_, &running);
    EndFinished();
    curl_multi_poll(multi_, nullptr, 0, idle_ms_, nullptr);  // for as long as a timeout allows
  }
}

// Begins what is waiting. False when it is time to end.
bool HttpClient::Loop::TakeOver() {
  std::deque<std::unique_ptr<Transfer>> begin;
  bool cancelled = false;
  bool stopping = false;
  {
    const std::lock_guard lock(mutex_);
    begin.swap(waiting_);
    cancelled = cancelled_;
    stopping = stopping_;
  }
  for (auto& transfer : begin) {
    if (cancelled) {
      Finish(*transfer, Fail(Code::kUnavailable, "the transport is stopping"));
    } else {
      Begin(std::move(transfer));
    }
  }
  if (cancelled) EndAll();
  return !stopping;
}

void HttpClient::Loop::Begin(std::unique_ptr<Transfer> transfer) {
  long timeout_ms = 0;  // none
  if (transfer->call.deadline != kNever) {
    const Duration left = transfer->call.deadline - TimerThread::SteadyNow();
    if (left <= Duration::zero()) {
      return Finish(*transfer, tl::unexpected<Error>(Failure(*transfer, CURLE_OPERATION_TIMEDOUT)));
    }
    timeout_ms = static_cast<long>(std::chrono::ceil<std::chrono::milliseconds>(left).count());
  }
  CURL* handle = idle_.empty() ? curl_easy_init() : idle_.back();
  if (!idle_.empty()) idle_.pop_back();
  if (handle == nullptr || !transfer->MakeFields()) {
    if (handle != nullptr) idle_.push_back(handle);
    return Finish(*transfer, tl::unexpected<Error>(NoMemory(*transfer)));
  }
  transfer->reply_bytes_max = options_.reply_bytes_max;
  const auto connect_ms = static_cast<long>(
      std::chrono::duration_cast<std::chrono::milliseconds>(options_.connect_patience).count());
  curl_easy_setopt(handle, CURLOPT_URL, transfer->call.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http");
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);  // a key may be ".."
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, transfer->fields);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, timeout_ms);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, connect_ms);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &TakeBody);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, transfer.get());
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &TakeField);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, transfer.get());
  curl_easy_setopt(handle, CURLOPT_PRIVATE, transfer.release());
  under_way_.insert(handle);
  if (curl_multi_add_handle(multi_, handle) != CURLM_OK) End(handle, CURLE_OUT_OF_MEMORY);
}

void HttpClient::Loop::EndFinished() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg == CURLMSG_DONE) End(message->easy_handle, message->data.result);
  }
}

// Gives the handle back before anybody hears of it.
void HttpClient::Loop::End(CURL* handle, CURLcode result) {
  Transfer* raw = nullptr;
  curl_easy_getinfo(handle, CURLINFO_PRIVATE, &raw);
  const std::unique_ptr<Transfer> transfer(raw);
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &transfer->answer.status);
  curl_multi_remove_handle(multi_, handle);
  under_way_.erase(handle);
  curl_easy_reset(handle);
  if (idle_.size() < kIdleHandlesMax) {
    idle_.push_back(handle);
  } else {
    curl_easy_cleanup(handle);
  }
  if (result != CURLE_OK) {
    return Finish(*transfer, tl::unexpected<Error>(Failure(*transfer, result)));
  }
  Finish(*transfer, std::move(transfer->answer));
}

void HttpClient::Loop::EndAll() {
  while (!under_way_.empty()) End(*under_way_.begin(), CURLE_ABORTED_BY_CALLBACK);
}

void HttpClient::Loop::Finish(Transfer& transfer, Result<HttpAnswer> answer) {
  {
    const std::lock_guard lock(mutex_);
    --calls_;
  }
  transfer.done(std::move(answer));
}

HttpClient::HttpClient(HttpClientOptions options) : loop_(std::make_unique<Loop>(options)) {}
HttpClient::~HttpClient() = default;

void HttpClient::Get(HttpCall call, Function<void(Result<HttpAnswer>)> done) {
  loop_->Add(std::make_unique<Transfer>(std::move(call), std::move(done)));
}

void HttpClient::Cancel() { loop_->Cancel(); }
void HttpClient::Stop() { loop_->Stop(); }

}  // namespace ringlab
