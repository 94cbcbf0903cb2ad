#include "giemsa/formats/pickle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error_matchers.h"

namespace giemsa {
namespace {

using testing::error_of;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using namespace std::string_literals;

bool allows_ordered_dict(std::string_view global) { return global == "collections.OrderedDict"; }

Pickle read(const std::string& bytes) {
  return read_pickle({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, allows_ordered_dict,
                     "file");
}

/// A value as Python's repr would show it; calls as "name(arguments){items}!state", persistent ones as "@id".
std::string text(const Pickle& pickle, PickleRef ref) {
  const auto list = [&](const std::vector<PickleRef>& items) {
    std::string out;
    for (const PickleRef item : items) out += (out.empty() ? "" : ", ") + text(pickle, item);
    return out;
  };
  const auto dict = [&](const PickleItems& items) {
    std::string out;
    for (const auto& [key, value] : items)
      out += (out.empty() ? "" : ", ") + text(pickle, key) + ": " + text(pickle, value);
    return "{" + out + "}";
  };
  if (pickle.get<PickleNone>(ref)) return "None";
  if (pickle.get<PickleLargeInteger>(ref)) return "large";
  if (const auto* v = pickle.get<bool>(ref)) return *v ? "True" : "False";
  if (const auto* v = pickle.get<std::int64_t>(ref)) return std::to_string(*v);
  if (const auto* v = pickle.get<double>(ref)) return std::to_string(*v);
  if (const auto* v = pickle.get<std::string>(ref)) return "'" + *v + "'";
  if (const auto* v = pickle.get<PickleTuple>(ref)) return "(" + list(v->items) + ")";
  if (const auto* v = pickle.get<PickleList>(ref)) return "[" + list(v->items) + "]";
  if (const auto* v = pickle.get<PickleDict>(ref)) return dict(v->items);
  if (const auto* v = pickle.get<PickleGlobal>(ref)) return v->name;
  if (const auto* v = pickle.get<PicklePersistent>(ref)) return "@" + text(pickle, v->id);
  const auto* const call = pickle.get<PickleCall>(ref);
  return text(pickle, call->callee) + text(pickle, call->arguments) + dict(call->items) +
         (call->state ? "!" + text(pickle, *call->state) : "");
}
std::string text(const std::string& bytes) {
  const Pickle pickle = read(bytes);
  EXPECT_EQ(pickle.bytes, bytes.size());
  return text(pickle, pickle.root);
}

TEST(Pickle, EveryOperationDoesWhatPickletoolsSays) {
  const struct {
    std::string bytes, value;
  } kCases[] = {
      {"\x80\x02N."s, "None"},
      {"\x80\x05\x88."s, "True"},
      {"\x80\x02\x89."s, "False"},
      {"\x80\x02J\xFE\xFF\xFF\xFF."s, "-2"},
      {"\x80\x02K\xFF."s, "255"},
      {"\x80\x02M\xE9\x03."s, "1001"},
      {"\x80\x02\x8a\x00."s, "0"},
      {"\x80\x02\x8a\x02\x00\xFF."s, "-256"},
      {"\x80\x02\x8a\x08\x00\x00\x00\x00\x00\x00\x00\x80."s, "-9223372036854775808"},
      {"\x80\x02\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x80\x00."s, "large"},
      {"\x80\x02\x8b\x01\x00\x00\x00\x05."s, "5"},
      {"\x80\x02G\x3F\xF8\x00\x00\x00\x00\x00\x00."s, "1.500000"},
      {"\x80\x02U\x02hi."s, "'hi'"},
      {"\x80\x02T\x02\x00\x00\x00hi."s, "'hi'"},
      {"\x80\x02X\x02\x00\x00\x00hi."s, "'hi'"},
      {"\x80\x04\x8c\x02hi."s, "'hi'"},
      {"\x80\x04\x8d\x02\x00\x00\x00\x00\x00\x00\x00hi."s, "'hi'"},
      {"\x80\x03"
       "B\x02\x00\x00\x00hi."s,
       "'hi'"},
      {"\x80\x03"
       "C\x02hi."s,
       "'hi'"},
      {"\x80\x04\x8e\x02\x00\x00\x00\x00\x00\x00\x00hi."s, "'hi'"},
      {"\x80\x02)."s, "()"},
      {"\x80\x02K\x01\x85."s, "(1)"},
      {"\x80\x02K\x01K\x02\x86."s, "(1, 2)"},
      {"\x80\x02K\x01K\x02K\x03\x87."s, "(1, 2, 3)"},
      {"\x80\x02(K\x01K\x02K\x03K\x04t."s, "(1, 2, 3, 4)"},
      {"\x80\x02]K\x01"
       "a(K\x02K\x03"
       "e."s,
       "[1, 2, 3]"},
      {"\x80\x02(K\x01l."s, "[1]"},
      {"\x80\x02}K\x01K\x02s(K\x03K\x04u."s, "{1: 2, 3: 4}"},
      {"\x80\x02(K\x01K\x02"
       "d."s,
       "{1: 2}"},
      {"\x80\x02K\x01"
       "2\x86."s,
       "(1, 1)"},
      {"\x80\x02K\x01K\x02"
       "0."s,
       "1"},
      {"\x80\x02K\x01(0."s, "1"},
      {"\x80\x02K\x01(K\x02K\x03"
       "1."s,
       "1"},
      {"\x80\x02K\x07q\x05K\x01h\x05\x86."s, "(1, 7)"},
      {"\x80\x02K\x07r\x00\x01\x00\x00"
       "0j\x00\x01\x00\x00."s,
       "7"},
      {"\x80\x04K\x07\x94K\x08\x94h\x00\x86."s, "(8, 7)"},
      {"\x80\x04\x95\x03\x00\x00\x00\x00\x00\x00\x00K\x07."s, "7"},
      {"\x80\x02U\x02id\x85Q."s, "@('id')"},
      {"\x80\x02"
       "ccollections\nOrderedDict\n)RK\x01K\x02sN"
       "b."s,
       "collections.OrderedDict(){1: 2}!None"},
      {"\x80\x04\x8c\x0b"
       "collections\x8c\x0bOrderedDict\x93)\x81."s,
       "collections.OrderedDict(){}"},
  };
  for (const auto& [bytes, value] : kCases) EXPECT_EQ(text(bytes), value) << ::testing::PrintToString(bytes);
}

TEST(Pickle, EndsAtItsStop) {
  const Pickle pickle = read("\x80\x02K\x07.rest"s);
  EXPECT_EQ(pickle.bytes, 5u);
  EXPECT_EQ(*pickle.get<std::int64_t>(pickle.root), 7);
}

TEST(Pickle, EveryDamageIsNamed) {
  const struct {
    std::string bytes, message;
  } kCases[] = {
      {"", "is not a pickle of protocol 2 to 5"},
      {"(lp0\n.", "is not a pickle of protocol 2 to 5"},
      {"\x80\x01N."s, "is not of protocol 2 to 5"},
      {"\x80\x06N."s, "is not of protocol 2 to 5"},
      {"\x80"s, "is truncated (at its byte 1)"},
      {"\x80\x02N"s, "is truncated"},
      {"\x80\x02M\x01"s, "is truncated"},
      {"\x80\x02X\xFF\xFF\xFF\xFFhi."s, "is truncated"},
      {"\x80\x04\x8d\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFFhi."s, "is truncated"},
      {"\x80\x02"
       "ccollections"s,
       "is truncated"},
      {"\x80\x02."s, "takes a value off an empty stack"},
      {"\x80\x02"
       "0."s,
       "empty stack"},
      {"\x80\x02K\x01\x86."s, "empty stack"},
      {"\x80\x02K\x01(\x85t."s, "empty stack"},  // not across a mark
      {"\x80\x02t."s, "lacks a mark"},
      {"\x80\x02h\x00."s, "asks for a value that it did not store"},
      {"\x80\x02K\x01K\x02"
       "a."s,
       "appends to what is no list"},
      {"\x80\x02]K\x01K\x02s."s, "sets items of what is no dict"},
      {"\x80\x02}(K\x01u."s, "has a key without a value"},
      {"\x80\x02K\x01)R."s, "makes an object out of what is no class"},
      {"\x80\x02"
       "ccollections\nOrderedDict\nK\x01R."s,
       "makes an object out of what is no class"},
      {"\x80\x02}N"
       "b."s,
       "gives state to what is no object"},
      {"\x80\x04K\x01K\x02\x93."s, "by what is no text"},
      {"\x80\x02\x82\x01."s, "has an operation that no state dict needs, 0x82 (at its byte 2)"},  // EXT1
      {"\x80\x02(ios\nsystem\n."s, "no state dict needs, 0x69"},                                  // INST
      {"\x80\x02" + std::string(kMaxPickleOperations, 'N') + ".", "more operations than are read"},
      {"\x80\x03"
       "B\x00\x00\x00\x01"s +
           std::string(kMaxPickleBytes, 'x') + ".",
       "longer than is read"},
  };
  for (const auto& [bytes, message] : kCases) {
    const std::string what = error_of(ErrorKind::Model, [&, &b = bytes] { read(b); });
    EXPECT_THAT(what, StartsWith("file: the pickle ")) << ::testing::PrintToString(bytes.substr(0, 50));
    EXPECT_THAT(what, HasSubstr(message));
  }
}

TEST(Pickle, NamesWhatWantsToRun) {
  const struct {
    std::string bytes, name;
  } kCases[] = {
      {"\x80\x02"
       "cos\nsystem\nU\x02ls\x85R."s,
       "'os.system'"},
      {"\x80\x02"
       "cbuiltins\neval\nU\x01"
       "1\x85R."s,
       "'builtins.eval'"},
      {"\x80\x04\x8c\x02os\x8c\x06system\x93."s, "'os.system'"},
      {"\x80\x02"
       "ccollections\nOrderedDict.x\n."s,
       "'collections.OrderedDict.x'"},
      {"\x80\x02"
       "c\x1B[31m\nx\n."s,
       "'\\x1b[31m.x'"},
      {"\x80\x02"
       "c" +
           std::string(5000, 'm') + "\nx\n."s,
       "'" + std::string(100, 'm') + "…'"},
  };
  for (const auto& [bytes, name] : kCases) {
    const std::string what = error_of(ErrorKind::Model, [&, &b = bytes] { read(b); });
    EXPECT_THAT(what, HasSubstr("it asks Python for " + name));
    EXPECT_THAT(what, HasSubstr("would run code"));
    EXPECT_THAT(what, HasSubstr("Hint: if you trust the file, take the weights alone out of it"));
  }
}

TEST(Pickle, NestingAndSharingCostNothing) {
  // A list that holds itself, and a tuple of 2^100'000 leaves.
  const Pickle ring = read("\x80\x02]2a."s);
  EXPECT_EQ(ring.get<PickleList>(ring.root)->items, std::vector<PickleRef>{ring.root});
  std::string bytes = "\x80\x02K\x01"s;
  for (int i = 0; i < 100'000; ++i) bytes += "2\x86";
  const Pickle tuple = read(bytes + ".");
  EXPECT_EQ(tuple.values.size(), 100'001u);
}

}  // namespace
}  // namespace giemsa
