#include "giemsa/cli/talk.h"

namespace giemsa {

void say_findings(std::span<const Finding> findings) {
  constexpr std::size_t kShown = 5;
  if (findings.empty()) return;
  say("{} {} could not be read:", findings.size(), findings.size() == 1 ? "picture" : "pictures");
  for (std::size_t i = 0; i < std::min(findings.size(), kShown); ++i) {
    say("  {} ({}): {}", findings[i].record, findings[i].reason, findings[i].evidence);
  }
  if (findings.size() > kShown) say("  and {} more", findings.size() - kShown);
}

}  // namespace giemsa
