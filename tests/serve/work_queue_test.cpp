#include "giemsa/serve/work_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>

#include "predict/random_model.h"

namespace giemsa::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// What happened, in order.
struct Diary {
  void add(std::string what) {
    const std::lock_guard lock(mutex);
    entries.push_back(std::move(what));
  }
  std::mutex mutex;
  std::vector<std::string> entries;
};

class DiaryTask : public PictureTask {
 public:
  DiaryTask(std::string name, std::size_t count, Diary& diary)
      : name_(std::move(name)), count_(count), diary_(diary) {}

  std::size_t prepare() override {
    if (hold) hold->get_future().wait();
    return count_;
  }
  std::optional<ToJudge> look(std::size_t picture) override {
    if (picture == 0 && at_first_look) at_first_look();
    if (picture == breaks_at) throw std::runtime_error("broken");
    const std::string name = name_ + std::to_string(picture);
    diary_.add(name);
    if (!judged_by) return {};
    return ToJudge{judged_by, picture == empty_at ? Image() : noise(picture),
                   [this, picture, name](const Judgement& judgement) {
                     diary_.add("judged " + name);
                     judgements[picture] = judgement;
                   }};
  }
  bool looks_alone() const override { return alone; }
  void finish(const std::exception_ptr& failure) override {
    std::string how = "whole";
    try {
      if (failure) std::rethrow_exception(failure);
    } catch (const std::exception& error) {
      how = error.what();
    }
    ended.set_value(how);
  }

  std::promise<void>* hold = nullptr;  ///< prepare() waits for it
  std::function<void()> at_first_look;
  std::size_t breaks_at = 1'000'000;
  bool alone = false;
  const Classifier* judged_by = nullptr;  ///< noise(picture) is judged by it
  std::size_t empty_at = 1'000'000;       ///< this one has no pixels
  std::map<std::size_t, Judgement> judgements;
  std::promise<std::string> ended;

 private:
  std::string name_;
  std::size_t count_;
  Diary& diary_;
};

std::string end_of(DiaryTask& task) { return task.ended.get_future().get(); }

/// Adds all of them before the only thread of `queue` gets to the first.
void add_at_once(WorkQueue& queue, const std::vector<std::shared_ptr<DiaryTask>>& tasks) {
  Diary none;
  std::promise<void> go;
  const auto first = std::make_shared<DiaryTask>("", 0, none);
  first->hold = &go;
  ASSERT_TRUE(queue.add(first));
  for (const auto& task : tasks) ASSERT_TRUE(queue.add(task));
  go.set_value();
  EXPECT_EQ(end_of(*first), "whole");
}

TEST(WorkQueue, TakesAPictureOfEachRequestInTurn) {
  Diary diary;
  WorkQueue queue(1, 100);
  const auto large = std::make_shared<DiaryTask>("a", 4, diary),
             small = std::make_shared<DiaryTask>("b", 1, diary),
             other = std::make_shared<DiaryTask>("c", 2, diary);
  add_at_once(queue, {large, small, other});
  for (const auto& task : {large, small, other}) EXPECT_EQ(end_of(*task), "whole");
  EXPECT_THAT(diary.entries, ElementsAre("a0", "b0", "c0", "a1", "c1", "a2", "a3"));
  EXPECT_EQ(queue.waiting(), 0u);
}

TEST(WorkQueue, HasPicturesOfSeveralRequestsJudgedTogether) {
  const Classifier first_model(random_model("baseline_cnn")), other_model(random_model("squeezenet1_1"));
  Diary diary;
  WorkQueue queue(1, 100);
  const auto a = std::make_shared<DiaryTask>("a", 3, diary), b = std::make_shared<DiaryTask>("b", 3, diary),
             c = std::make_shared<DiaryTask>("c", 1, diary);
  a->judged_by = c->judged_by = &first_model;
  b->judged_by = &other_model;  // as behind an exchange of models
  add_at_once(queue, {a, b, c});
  for (const auto& task : {a, b, c}) EXPECT_EQ(end_of(*task), "whole");
  EXPECT_THAT(diary.entries,
              ElementsAre("a0", "b0", "c0", "a1", "judged a0", "judged b0", "judged c0", "judged a1",  //
                          "b1", "a2", "b2", "judged b1", "judged a2", "judged b2"));
  for (const auto& task : {a, b, c}) {
    for (const auto& [picture, judgement] : task->judgements)
      EXPECT_EQ(judgement.probabilities, task->judged_by->judge(noise(picture)).probabilities);
  }
}

TEST(WorkQueue, NoPictureThatIsTakenWaitsForSlowWork) {
  const Classifier model(random_model("baseline_cnn"));
  Diary diary;
  WorkQueue queue(1, 100);
  const auto a = std::make_shared<DiaryTask>("a", 1, diary), b = std::make_shared<DiaryTask>("b", 1, diary),
             slow = std::make_shared<DiaryTask>("s", 1, diary),
             c = std::make_shared<DiaryTask>("c", 1, diary);
  a->judged_by = b->judged_by = c->judged_by = &model;
  slow->alone = true;
  add_at_once(queue, {a, b, slow, c});
  for (const auto& task : {a, b, slow, c}) EXPECT_EQ(end_of(*task), "whole");
  EXPECT_THAT(diary.entries, ElementsAre("a0", "b0", "judged a0", "judged b0", "s0", "c0", "judged c0"));
}

TEST(WorkQueue, APictureThatCannotBeJudgedEndsItsOwnRequestOnly) {
  const Classifier model(random_model("baseline_cnn"));
  Diary diary;
  WorkQueue queue(1, 100);
  const auto a = std::make_shared<DiaryTask>("a", 2, diary), b = std::make_shared<DiaryTask>("b", 2, diary);
  a->judged_by = b->judged_by = &model;
  a->empty_at = 0;
  add_at_once(queue, {a, b});
  EXPECT_THAT(end_of(*a), HasSubstr("picture"));
  EXPECT_EQ(end_of(*b), "whole");
  EXPECT_EQ(b->judgements.size(), 2u);
  EXPECT_EQ(b->judgements.at(0).probabilities, model.judge(noise(0)).probabilities);
}

TEST(WorkQueue, LooksAtEveryPictureOnceOnManyThreads) {
  Diary diary;
  std::vector<std::shared_ptr<DiaryTask>> tasks;
  {
    WorkQueue queue(8, 1000);
    for (int i = 0; i < 50; ++i) {
      tasks.push_back(std::make_shared<DiaryTask>(std::to_string(i) + "/", 10, diary));
      ASSERT_TRUE(queue.add(tasks.back()));
    }
    for (const auto& task : tasks) EXPECT_EQ(end_of(*task), "whole");
  }
  EXPECT_EQ(std::set<std::string>(diary.entries.begin(), diary.entries.end()).size(), 500u);
  EXPECT_EQ(diary.entries.size(), 500u);
}

TEST(WorkQueue, HasBounds) {
  Diary diary;
  std::promise<void> go;
  WorkQueue queue(1, 5);
  const auto first = std::make_shared<DiaryTask>("z", 0, diary);
  first->hold = &go;
  ASSERT_TRUE(queue.add(first));
  const auto fits = std::make_shared<DiaryTask>("a", 2, diary),
             too_large = std::make_shared<DiaryTask>("b", 5, diary);
  ASSERT_TRUE(queue.add(fits));
  ASSERT_TRUE(queue.add(too_large));
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(queue.add(std::make_shared<DiaryTask>("c", 0, diary)));
  EXPECT_FALSE(queue.add(std::make_shared<DiaryTask>("d", 1, diary)));
  go.set_value();
  EXPECT_EQ(end_of(*fits), "whole");
  EXPECT_EQ(end_of(*too_large), QueueFull().what());
}

TEST(WorkQueue, KeepsPlacesForRequestsOfOnePicture) {
  Diary diary;
  WorkQueue queue(1, 16);  // 14 places for requests of several
  const auto many = std::make_shared<DiaryTask>("a", 14, diary),
             one = std::make_shared<DiaryTask>("b", 1, diary),
             pair = std::make_shared<DiaryTask>("c", 2, diary),
             other = std::make_shared<DiaryTask>("d", 1, diary);
  many->at_first_look = [&] {  // 13 others wait; then 14, hence 16 with the pair
    for (const auto& task : {one, pair, other}) EXPECT_TRUE(queue.add(task));
  };
  ASSERT_TRUE(queue.add(many));
  for (const auto& task : {many, one, other}) EXPECT_EQ(end_of(*task), "whole");
  EXPECT_EQ(end_of(*pair), QueueFull().what());
}

TEST(WorkQueue, EndsATaskAtItsFirstFailure) {
  Diary diary;
  WorkQueue queue(1, 100);
  const auto task = std::make_shared<DiaryTask>("a", 5, diary);
  task->breaks_at = 2;
  ASSERT_TRUE(queue.add(task));
  EXPECT_EQ(end_of(*task), "broken");
  EXPECT_THAT(diary.entries, ElementsAre("a0", "a1"));
}

TEST(WorkQueue, OutlivesATaskThatCannotEnd) {
  struct Broken : PictureTask {
    std::size_t prepare() override { return 1; }
    std::optional<ToJudge> look(std::size_t) override { return {}; }
    void finish(const std::exception_ptr&) override { throw std::bad_alloc(); }
  };
  Diary diary;
  WorkQueue queue(1, 100);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(queue.add(std::make_shared<Broken>()));
  const auto next = std::make_shared<DiaryTask>("a", 2, diary);
  ASSERT_TRUE(queue.add(next));
  EXPECT_EQ(end_of(*next), "whole");
  EXPECT_THAT(diary.entries, ElementsAre("a0", "a1"));
  EXPECT_EQ(queue.waiting(), 0u);
}

TEST(WorkQueue, LeavesOutWhatIsDropped) {
  Diary diary;
  std::promise<void> go;
  WorkQueue queue(1, 100);
  const auto task = std::make_shared<DiaryTask>("a", 5, diary);
  task->hold = &go;
  ASSERT_TRUE(queue.add(task));
  task->drop();
  go.set_value();
  EXPECT_EQ(end_of(*task), "whole");
  EXPECT_TRUE(diary.entries.empty());
}

TEST(WorkQueue, FinishesAllAtItsEnd) {
  Diary diary;
  std::vector<std::shared_ptr<DiaryTask>> tasks;
  std::promise<void> go;
  {
    WorkQueue queue(1, 100);
    for (int i = 0; i < 5; ++i) tasks.push_back(std::make_shared<DiaryTask>("a", 3, diary));
    tasks[0]->hold = &go;
    for (const auto& task : tasks) ASSERT_TRUE(queue.add(task));
    go.set_value();
  }
  for (const auto& task : tasks) EXPECT_EQ(end_of(*task), "whole");
}

}  // namespace
}  // namespace giemsa::testing
