#pragma once
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace giemsa {

/// Things that cost too much to make for each use, such as workspaces: fresh memory costs a page fault every
/// 4 KiB. Each user borrows one; those that lie idle are kept. Safe to use from several threads.
template <class T>
class IdlePool {
 public:
  /// work(T&) with an idle one, or one that make() gives. What throws during its work is not kept.
  template <class Make, class Work>
  void with(const Make& make, const Work& work) {
    std::unique_ptr<T> mine = take();
    if (!mine) mine = make();
    work(*mine);
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(mine));
  }

 private:
  std::unique_ptr<T> take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return nullptr;
    std::unique_ptr<T> last = std::move(idle_.back());
    idle_.pop_back();
    return last;
  }

  std::mutex mutex_;
  std::vector<std::unique_ptr<T>> idle_;
};

}  // namespace giemsa
