#include "giemsa/serve/work_queue.h"

#include <algorithm>
#include <array>
#include <utility>

#include "giemsa/core/parallel.h"

namespace giemsa {
namespace {

/// Pictures that a thread has judged at once. Twice as many would gain a few per cent, and take as much
/// longer to be answered.
constexpr std::size_t kMostTogether = 4;
/// Of their pixels: beyond, they are judged before further ones are looked at.
constexpr std::size_t kMostBytes = 8 << 20;
/// While fewer wait for each thread, they are judged one by one: nobody is held back for the next.
constexpr std::size_t kFewest = 3;

/// What `work` throws.
template <class Work>
std::exception_ptr failure_of(const Work& work) {
  try {
    work();
  } catch (...) {
    return std::current_exception();
  }
  return {};
}

}  // namespace

WorkQueue::WorkQueue(int threads, std::size_t capacity) : capacity_(capacity) {
  const int wanted = threads > 0 ? threads : processor_count();
  for (int i = 0; i < wanted; ++i) threads_.emplace_back([this] { work(); });
}

WorkQueue::~WorkQueue() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
    for (const auto& entry : fresh_) entry->task->drop();
    for (const auto& entry : turns_) entry->task->drop();
  }
  more_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool WorkQueue::add(std::shared_ptr<PictureTask> task) {
  auto entry = std::make_shared<Entry>();
  entry->task = std::move(task);
  {
    const std::lock_guard lock(mutex_);
    if (waiting_ >= capacity_ || stop_) return false;
    fresh_.push_back(std::move(entry));
    ++waiting_;
  }
  more_.notify_one();
  return true;
}

std::size_t WorkQueue::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_;
}

void WorkQueue::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    more_.wait(lock, [&] { return stop_ || !fresh_.empty() || !turns_.empty(); });
    if (!fresh_.empty()) {  // first, so that what has no room is told so at once
      prepare(lock);
    } else if (!turns_.empty()) {
      look(lock);
    } else {
      return;
    }
  }
}

void WorkQueue::prepare(std::unique_lock<std::mutex>& lock) {
  const std::shared_ptr<Entry> entry = std::move(fresh_.front());
  fresh_.pop_front();
  lock.unlock();
  if (!entry->task->is_dropped()) entry->failure = failure_of([&] { entry->count = entry->task->prepare(); });
  lock.lock();
  --waiting_;
  const std::size_t places = entry->count > 1 ? places_for_many(capacity_) : capacity_;
  if (!entry->failure && waiting_ + entry->count > places)
    entry->failure = std::make_exception_ptr(QueueFull());
  if (!entry->failure && entry->count > 0) entry->failure = failure_of([&] { turns_.push_back(entry); });
  if (entry->failure || entry->count == 0) return finish(lock, *entry);
  waiting_ += entry->count;
  const std::size_t idle_could_help = entry->count - 1;  // this thread goes on with it by itself
  if (idle_could_help > 0) more_.notify_all();
}

void WorkQueue::look(std::unique_lock<std::mutex>& lock) {
  const std::size_t for_each = waiting_ / threads_.size();
  std::size_t share = for_each < kFewest ? 1 : std::min(for_each, kMostTogether);
  std::array<Turn, kMostTogether> turns;
  std::size_t taken = 0, bytes = 0;
  while (taken < share && bytes < kMostBytes && !turns_.empty()) {
    if (taken > 0 && turns_.front()->task->looks_alone()) break;  // nobody waits for that
    Turn turn = take_turn();
    const bool skip = turn.entry->failure || turn.entry->task->is_dropped();
    lock.unlock();
    if (!skip) turn.failure = failure_of([&] { turn.to_judge = turn.entry->task->look(turn.picture); });
    lock.lock();
    if (!turn.to_judge) {
      end_turn(lock, turn);
      break;  // so that those already taken do not wait for many that cannot be read
    }
    share = std::min(share, turn.to_judge->by->at_once());
    bytes += turn.to_judge->picture.bytes().size();
    turns[taken++] = std::move(turn);
  }
  const std::span<Turn> group(turns.data(), taken);
  lock.unlock();
  judge(group);
  lock.lock();
  for (Turn& turn : group) end_turn(lock, turn);
}

WorkQueue::Turn WorkQueue::take_turn() {
  const std::shared_ptr<Entry> entry = turns_.front();
  const std::size_t picture = entry->next++;
  --waiting_;
  if (entry->next < entry->count) {
    turns_.splice(turns_.end(), turns_, turns_.begin());
  } else {
    turns_.pop_front();
  }
  return {.entry = entry, .picture = picture};
}

/// Those of one model at once; each alone where that fails, since one may be to blame.
void WorkQueue::judge(std::span<Turn> turns) {
  std::array<Image, kMostTogether> pictures;
  for (std::size_t i = 0; i < turns.size(); ++i) pictures[i] = std::move(turns[i].to_judge->picture);
  for (std::size_t first = 0, end; first < turns.size(); first = end) {
    const Classifier& by = *turns[first].to_judge->by;
    for (end = first + 1; end < turns.size() && turns[end].to_judge->by == &by;) ++end;
    std::vector<Judgement> judgements;
    const bool failed = failure_of([&] {
                          judgements = by.judge(std::span<const Image>(&pictures[first], end - first));
                        }) != nullptr;
    for (std::size_t i = first; i < end; ++i) {
      turns[i].failure = failure_of(
          [&] { turns[i].to_judge->then(failed ? by.judge(pictures[i]) : judgements[i - first]); });
    }
  }
}

void WorkQueue::end_turn(std::unique_lock<std::mutex>& lock, const Turn& turn) {
  Entry& entry = *turn.entry;
  if (turn.failure && !entry.failure) entry.failure = turn.failure;
  if (++entry.done == entry.count) finish(lock, entry);
}

void WorkQueue::finish(std::unique_lock<std::mutex>& lock, Entry& entry) {
  lock.unlock();
  // One that cannot be told for want of memory runs out of time where it is waited for.
  failure_of([&] { entry.task->finish(entry.failure); });
  entry.task.reset();
  lock.lock();
}

}  // namespace giemsa
