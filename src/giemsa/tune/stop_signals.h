#pragma once

namespace giemsa {

/// For the life of this object SIGINT, SIGTERM and SIGHUP are noted instead of ending the program; those that
/// were ignored stay so (nohup). One at a time.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// The first of them that came, or 0.
  static int received();
  /// Lets them end the program again; safe after a fork.
  static void forget();
};

}  // namespace giemsa
