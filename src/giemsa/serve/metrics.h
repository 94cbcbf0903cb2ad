#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace giemsa {

/// What is true at the moment that GET /metrics is answered.
struct Gauges {
  std::size_t waiting_pictures = 0, queue_capacity = 0, connections = 0, held_bytes = 0;
  std::uint64_t lost_log_lines = 0;
  bool draining = false;
  std::string model_id, model_name, network;
};

/// Counts for Prometheus (its text format, 0.0.4). Safe to use from several threads.
class Metrics {
 public:
  /// A request that was answered. route: of a fixed table, so that clients cannot make up further series.
  void count_request(std::string_view route, int status, double seconds);
  /// A picture: "answered", "unlike", "unsure" or "unreadable"; class_name: the answer, "" where there is
  /// none.
  void count_picture(std::string_view status, std::string_view class_name);
  /// Connections that were closed to make room, or for which there was none.
  void count_turned_away();
  void count_reload(bool loaded);

  std::string text(const Gauges& gauges) const;

 private:
  /// Upper ends in seconds; the last has none.
  static constexpr std::array<double, 14> kBuckets{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                   0.25,  0.5,    1,     2.5,  5,     10,   30};
  struct Histogram {
    std::array<std::uint64_t, kBuckets.size() + 1> counts{};
    std::uint64_t count = 0;
    double sum_s = 0;
  };

  mutable std::mutex mutex_;
  std::map<std::pair<std::string, int>, std::uint64_t> requests_;
  std::map<std::string, Histogram, std::less<>> seconds_;
  std::map<std::string, std::uint64_t> pictures_, answers_;
  std::uint64_t turned_away_ = 0, loaded_ = 0, not_loaded_ = 0;
};

}  // namespace giemsa
