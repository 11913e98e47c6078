// For tests of this room and of those that stand on it.
#pragma once

#include <gtest/gtest.h>

#include "base/error.h"

namespace berth::sql {

template <class T>
testing::AssertionResult ok(const base::Result<T>& result) {
  if (result) return testing::AssertionSuccess();
  return testing::AssertionFailure() << base::name(result.error().code) << ": " << result.error().message;
}

template <class T>
testing::AssertionResult fails_with(base::Errc code, const base::Result<T>& result) {
  if (result) return testing::AssertionFailure() << "succeeded";
  if (result.error().code == code) return testing::AssertionSuccess();
  return testing::AssertionFailure() << base::name(result.error().code) << ": " << result.error().message;
}

}  // namespace berth::sql
