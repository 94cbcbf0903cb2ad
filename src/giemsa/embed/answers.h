#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "giemsa/giemsa.h"
#include "giemsa/trust/trust.h"

/// What is said of the pictures of one call.
struct giemsa_answers {
  struct Answer {
    giemsa_verdict verdict = GIEMSA_UNREADABLE;
    giemsa::Judgement judgement = {};
    std::vector<std::size_t> set = {};
    std::string reason = {};
  };

  std::vector<Answer> all;
};
