#include "giemsa/tune/stop_signals.h"

#include <array>
#include <csignal>
#include <cstddef>

namespace giemsa {
namespace {

constexpr std::array kSignals{SIGINT, SIGTERM, SIGHUP};

// A handler has no other way to speak.
volatile std::sig_atomic_t g_received = 0;
std::array<struct sigaction, kSignals.size()> g_before;

void note(int signal) {
  if (g_received == 0) g_received = signal;
}

}  // namespace

StopSignals::StopSignals() {
  g_received = 0;
  struct sigaction action = {};
  action.sa_handler = note;  // without SA_RESTART: sleeping ends at once
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    ::sigaction(kSignals[i], nullptr, &g_before[i]);
    if (g_before[i].sa_handler != SIG_IGN) ::sigaction(kSignals[i], &action, nullptr);
  }
}

StopSignals::~StopSignals() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) ::sigaction(kSignals[i], &g_before[i], nullptr);
}

int StopSignals::received() { return g_received; }

void StopSignals::forget() {
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    if (g_before[i].sa_handler != SIG_IGN) ::signal(kSignals[i], SIG_DFL);
  }
}

}  // namespace giemsa
