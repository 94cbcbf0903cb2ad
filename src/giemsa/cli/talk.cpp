#include "giemsa/cli/talk.h"

#include <algorithm>

#include "giemsa/core/text.h"

namespace giemsa {

void say_findings(std::span<const Finding> findings) {
  constexpr std::size_t kShown = 5;
  if (findings.empty()) return;
  say("{} cannot be used:", findings.size() == 1 ? "1 picture" : fmt::format("{} pictures", findings.size()));
  for (std::size_t i = 0; i < std::min(findings.size(), kShown); ++i) {
    say("  {} ({}): {}", printable(findings[i].record), findings[i].reason, printable(findings[i].evidence));
  }
  if (findings.size() > kShown) say("  and {} more", findings.size() - kShown);
}

}  // namespace giemsa
