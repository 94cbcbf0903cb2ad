#include "giemsa/serve/metrics.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace giemsa {
namespace {

/// A label's value: quotes, backslashes and line ends escaped.
std::string label(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (c == '"' || c == '\\') text += '\\';
    text += c == '\n' ? ' ' : c;
  }
  return text;
}

class Page {
 public:
  void describe(const char* name, const char* kind, const char* help) {
    fmt::format_to(out(), "# HELP {} {}\n# TYPE {} {}\n", name, help, name, kind);
  }
  template <class T>
  void value(std::string_view name, T number) {
    fmt::format_to(out(), "{} {}\n", name, number);
  }
  template <class T>
  void single(const char* name, const char* kind, const char* help, T number) {
    describe(name, kind, help);
    value(name, number);
  }
  std::string text;

 private:
  std::back_insert_iterator<std::string> out() { return std::back_inserter(text); }
};

/// Bytes of memory that this process holds.
std::uint64_t resident_bytes() {
  std::uint64_t total = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> total >> resident;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

void Metrics::count_request(std::string_view route, int status, double seconds) {
  const std::lock_guard lock(mutex_);
  ++requests_[{std::string(route), status}];
  auto found = seconds_.find(route);
  if (found == seconds_.end()) found = seconds_.emplace(route, Histogram{}).first;
  Histogram& histogram = found->second;
  const auto bucket = std::ranges::lower_bound(kBuckets, seconds) - kBuckets.begin();
  ++histogram.counts[static_cast<std::size_t>(bucket)];
  ++histogram.count;
  histogram.sum_s += seconds;
}

void Metrics::count_picture(std::string_view status, std::string_view class_name) {
  const std::lock_guard lock(mutex_);
  ++pictures_[std::string(status)];
  if (!class_name.empty()) ++answers_[std::string(class_name)];
}

void Metrics::count_turned_away() {
  const std::lock_guard lock(mutex_);
  ++turned_away_;
}

void Metrics::count_reload(bool loaded) {
  const std::lock_guard lock(mutex_);
  ++(loaded ? loaded_ : not_loaded_);
}

std::string Metrics::text(const Gauges& gauges) const {
  const std::lock_guard lock(mutex_);
  Page page;
  page.describe("giemsa_requests_total", "counter", "Requests answered, by route and status.");
  for (const auto& [key, count] : requests_)
    page.value(fmt::format("giemsa_requests_total{{route=\"{}\",status=\"{}\"}}", key.first, key.second),
               count);
  page.describe("giemsa_request_seconds", "histogram", "From a request's first byte to its answer.");
  for (const auto& [route, histogram] : seconds_) {
    std::uint64_t sum = 0;
    for (std::size_t b = 0; b <= kBuckets.size(); ++b) {
      sum += histogram.counts[b];
      const std::string end = b < kBuckets.size() ? fmt::format("{}", kBuckets[b]) : "+Inf";
      page.value(fmt::format("giemsa_request_seconds_bucket{{route=\"{}\",le=\"{}\"}}", route, end), sum);
    }
    page.value(fmt::format("giemsa_request_seconds_sum{{route=\"{}\"}}", route), histogram.sum_s);
    page.value(fmt::format("giemsa_request_seconds_count{{route=\"{}\"}}", route), histogram.count);
  }
  page.describe("giemsa_pictures_total", "counter", "Pictures looked at, by what was said of them.");
  for (const auto& [status, count] : pictures_)
    page.value(fmt::format("giemsa_pictures_total{{status=\"{}\"}}", status), count);
  page.describe("giemsa_answers_total", "counter", "Pictures that were answered, by class.");
  for (const auto& [name, count] : answers_)
    page.value(fmt::format("giemsa_answers_total{{class=\"{}\"}}", label(name)), count);
  page.single("giemsa_queue_pictures", "gauge", "Pictures that wait.", gauges.waiting_pictures);
  page.single("giemsa_queue_capacity_pictures", "gauge", "Pictures that may wait.", gauges.queue_capacity);
  page.single("giemsa_connections", "gauge", "Open connections.", gauges.connections);
  page.single("giemsa_connections_turned_away_total", "counter", "Connections closed to make room.",
              turned_away_);
  page.single("giemsa_held_bytes", "gauge", "Bytes of requests and answers in memory.", gauges.held_bytes);
  page.single("giemsa_lost_log_lines_total", "counter", "Lines of the access log that could not be written.",
              gauges.lost_log_lines);
  page.describe("giemsa_reloads_total", "counter", "Models loaded on SIGHUP, by outcome.");
  page.value("giemsa_reloads_total{outcome=\"loaded\"}", loaded_);
  page.value("giemsa_reloads_total{outcome=\"failed\"}", not_loaded_);
  page.single("giemsa_draining", "gauge", "1 while the last requests are answered before the end.",
              gauges.draining ? 1 : 0);
  page.describe("giemsa_model_info", "gauge", "The model that answers.");
  page.value(fmt::format("giemsa_model_info{{id=\"{}\",name=\"{}\",network=\"{}\"}}", gauges.model_id,
                         label(gauges.model_name), label(gauges.network)),
             1);
  page.single("process_resident_memory_bytes", "gauge", "Resident memory.", resident_bytes());
  return page.text;
}

}  // namespace giemsa
