#pragma once
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "giemsa/image/image.h"
#include "giemsa/predict/classifier.h"

namespace giemsa {

/// A picture that a model is to judge.
struct ToJudge {
  const Classifier* by;  ///< lives as long as the task that names it
  Image picture;
  std::function<void(const Judgement&)> then;
};

/// A request's work on pictures. Its functions are called by the threads of a WorkQueue.
class PictureTask {
 public:
  virtual ~PictureTask() = default;

  /// Finds the pictures in the request and says how many there are; called once, before the others.
  virtual std::size_t prepare() = 0;
  /// Looks at one of them; from several threads at once, each picture once. What it returns is judged
  /// together with pictures of other requests; where it returns nothing the picture is done with.
  virtual std::optional<ToJudge> look(std::size_t picture) = 0;
  /// Whether look() does everything itself, which may take long.
  virtual bool looks_alone() const { return false; }
  /// Called once, when all is done. failure: the first that was thrown, which leaves out what was not begun.
  /// What it throws itself is passed over: nobody is left to be told.
  virtual void finish(const std::exception_ptr& failure) = 0;

  /// What was not begun is left out: nobody waits for it any more. finish() is still called.
  void drop() { dropped_ = true; }
  bool is_dropped() const { return dropped_; }

 private:
  std::atomic<bool> dropped_ = false;
};

/// Thrown to finish() where the pictures of a task have no room in the queue.
struct QueueFull : std::exception {
  const char* what() const noexcept override { return "the queue of pictures is full"; }
};

/// Requests of several pictures are taken while no more than this many wait, theirs among them; the other
/// places are kept for requests of one, so that whoever has a single cell is answered while others send
/// folders.
constexpr std::size_t places_for_many(std::size_t capacity) { return capacity - capacity / 8; }

/// The pictures of all requests, looked at by a few threads: whoever is free takes the next picture of the
/// next request in turn, so that single pictures do not wait behind a large request. Where several
/// wait for each thread, it takes a few and has them judged at once, which large networks do in less
/// time; nobody waits for others to come. Bounded.
class WorkQueue {
 public:
  /// threads: 0 means one per processor. capacity: pictures that may wait; those of requests of several
  /// within places_for_many().
  WorkQueue(int threads, std::size_t capacity);
  /// Ends the threads when they have done what they are at; what waits is finished as dropped.
  ~WorkQueue();
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  /// False when there is no room for another request: `task` is left alone then.
  bool add(std::shared_ptr<PictureTask> task);

  /// Pictures that wait; a request counts as one until its pictures are known.
  std::size_t waiting() const;
  std::size_t capacity() const { return capacity_; }
  std::size_t threads() const { return threads_.size(); }

 private:
  struct Entry {
    std::shared_ptr<PictureTask> task;
    std::size_t count = 0, next = 0, done = 0;
    std::exception_ptr failure;
  };

  /// A picture whose turn it is.
  struct Turn {
    std::shared_ptr<Entry> entry = {};
    std::size_t picture = 0;
    std::optional<ToJudge> to_judge = {};
    std::exception_ptr failure = {};
  };

  void work();
  void prepare(std::unique_lock<std::mutex>& lock);
  void look(std::unique_lock<std::mutex>& lock);
  Turn take_turn();
  static void judge(std::span<Turn> turns);
  void end_turn(std::unique_lock<std::mutex>& lock, const Turn& turn);
  void finish(std::unique_lock<std::mutex>& lock, Entry& entry);

  const std::size_t capacity_;
  mutable std::mutex mutex_;
  std::condition_variable more_;
  std::deque<std::shared_ptr<Entry>> fresh_;  ///< whose pictures are not known yet
  std::list<std::shared_ptr<Entry>> turns_;   ///< with pictures that nobody has begun
  std::size_t waiting_ = 0;
  bool stop_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace giemsa
