#pragma once
#include <fmt/format.h>

#include <cstdio>
#include <span>
#include <string>

#include "giemsa/data/record.h"

namespace giemsa {

/// A line for people, on stderr; stdout is for results.
template <class... Args>
void say(fmt::format_string<Args...> format, Args&&... args) {
  fmt::print(stderr, format, std::forward<Args>(args)...);
  fmt::print(stderr, "\n");
}

/// Tells of broken pictures: how many, and the first few.
void say_findings(std::span<const Finding> findings);

}  // namespace giemsa
