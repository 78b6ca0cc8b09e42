#include "platform/linux/mailbox.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <string>

#include "platform/linux/resolver.hpp"

namespace postern::platform {
namespace {

/// Word has come, within `patience_ms`.
bool word_in(const Mailbox& mailbox, int patience_ms = 0) {
  pollfd query{.fd = mailbox.descriptor(), .events = POLLIN, .revents = 0};
  return poll(&query, 1, patience_ms) == 1;
}

TEST(Mailbox, AnyNumberOfNoticesIsOne) {
  Mailbox mailbox;
  EXPECT_FALSE(word_in(mailbox));
  mailbox.notify();
  mailbox.notify();
  EXPECT_TRUE(word_in(mailbox));
  mailbox.woken();
  EXPECT_FALSE(word_in(mailbox));
  EXPECT_TRUE(mailbox.take_notice());
  EXPECT_FALSE(mailbox.take_notice());
}

TEST(Mailbox, ANoticeAfterTheLastWasTakenWakesAgain) {
  Mailbox mailbox;
  mailbox.notify();
  mailbox.woken();
  (void)mailbox.take_notice();
  mailbox.notify();
  EXPECT_TRUE(word_in(mailbox));
}

TEST(Mailbox, AnOrderToDrainStays) {
  Mailbox mailbox;
  mailbox.drain();
  EXPECT_TRUE(word_in(mailbox));
  mailbox.woken();
  EXPECT_TRUE(mailbox.draining());
}

TEST(Mailbox, AnswersAreTakenOnceAndInOrder) {
  Mailbox mailbox;
  NameAnswer answer;
  answer.set_name("one.example");
  mailbox.deliver(answer);
  answer.set_name("two.example");
  mailbox.deliver(answer);
  const auto& taken = mailbox.take_answers();
  ASSERT_EQ(taken.size(), 2U);
  EXPECT_EQ(taken[0].name(), "one.example");
  EXPECT_EQ(taken[1].name(), "two.example");
  EXPECT_TRUE(mailbox.take_answers().empty());
}

TEST(Resolver, ANameOfThisMachineIsFound) {
  Mailbox mailbox;
  Resolver resolver;
  resolver.ask(mailbox, "localhost");
  ASSERT_TRUE(word_in(mailbox, 10'000));
  const auto& answers = mailbox.take_answers();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].name(), "localhost");
  EXPECT_GT(answers[0].address_count, 0U);
}

TEST(Resolver, ANameLongerThanAnyIsNothingAtOnce) {
  Mailbox mailbox;
  Resolver resolver;
  resolver.ask(mailbox, std::string(300, 'a'));
  ASSERT_TRUE(word_in(mailbox));
  EXPECT_EQ(mailbox.take_answers()[0].address_count, 0U);
}

}  // namespace
}  // namespace postern::platform
