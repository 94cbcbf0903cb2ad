#pragma once
#include <fmt/format.h>

#include <cstdio>
#include <span>
#include <string>

#include "giemsa/data/record.h"

namespace giemsa {

/// A line for people, on stderr; stdout is for results. A line that cannot be written is lost: no reason to
/// stop work.
template <class... Args>
void say(fmt::format_string<Args...> format, Args&&... args) {
  std::fputs((fmt::format(format, std::forward<Args>(args)...) + "\n").c_str(), stderr);
}

/// Tells of pictures that cannot be used: how many, and the first few.
void say_findings(std::span<const Finding> findings);

}  // namespace giemsa
