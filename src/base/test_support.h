// For the tests of every room: what a Result is expected to be, with its error in the failure's text.
#pragma once

#include <gtest/gtest.h>

#include "base/error.h"

namespace berth::base {

template <class T>
testing::AssertionResult ok(const Result<T>& result) {
  if (result) return testing::AssertionSuccess();
  return testing::AssertionFailure() << name(result.error().code) << ": " << result.error().message;
}

template <class T>
testing::AssertionResult fails_with(Errc code, const Result<T>& result) {
  if (result) return testing::AssertionFailure() << "succeeded";
  if (result.error().code == code) return testing::AssertionSuccess();
  return testing::AssertionFailure() << name(result.error().code) << ": " << result.error().message;
}

}  // namespace berth::base
