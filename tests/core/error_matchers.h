#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "giemsa/core/error.h"

namespace giemsa::testing {

/// Runs `work`, expects it to throw an Error of `kind` and returns its what(): message and hint.
template <class Work>
std::string error_of(ErrorKind kind, Work&& work) {
  try {
    work();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return {};
}

}  // namespace giemsa::testing
