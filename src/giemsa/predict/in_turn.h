#pragma once
#include <cstddef>
#include <functional>

namespace giemsa {

/// What is to be done with a result when its turn has come.
using Delivery = std::function<void()>;

/// Calls work(i) for every i in [0, count) on up to `threads` threads (0: one per processor), and what it
/// returns in the order of i, one at a time. Work runs ahead of the deliveries by a bounded number of
/// results, so that memory does not grow with `count`: while one delivery takes long, the others wait. What
/// work(i) throws is thrown after the deliveries before it, what a delivery throws at once; either stops the
/// rest. So what was delivered, and the error, do not depend on the number of threads.
void in_turn(std::size_t count, int threads, const std::function<Delivery(std::size_t)>& work);

}  // namespace giemsa
