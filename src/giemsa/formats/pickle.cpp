#include "giemsa/formats/pickle.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <unordered_map>

#include "giemsa/core/error.h"
#include "giemsa/core/text.h"
#include "giemsa/formats/pickle_op.h"

namespace giemsa {

namespace {

class Unpickler {
 public:
  Unpickler(std::span<const std::uint8_t> bytes, bool (*allowed)(std::string_view), const std::string& name)
      : bytes_(bytes.first(std::min(bytes.size(), kMaxPickleBytes))), allowed_(allowed), name_(name) {}

  Pickle read() {
    check(!bytes_.empty() && bytes_[0] == static_cast<std::uint8_t>(PickleOp::Proto),
          "is not a pickle of protocol 2 to 5");
    for (std::size_t count = 0;; ++count) {
      check(count < kMaxPickleOperations, "has more operations than are read");
      const auto op = static_cast<PickleOp>(number<std::uint8_t>());
      if (op == PickleOp::Stop) break;
      step(op);
    }
    const PickleRef root = pop();
    return {std::move(values_), root, at_};
  }

 private:
  void check(bool condition, std::string_view what) const {
    if (!condition) fail(what);
  }
  [[noreturn]] void fail(std::string_view what) const {
    throw Error(ErrorKind::Model, fmt::format("{}: the pickle {} (at its byte {})", name_, what, at_),
                "the file is damaged, or not a state dict that torch.save wrote; fetch it again");
  }

  // Reading.

  std::span<const std::uint8_t> take(std::uint64_t count) {
    check(count <= bytes_.size() - at_,
          bytes_.size() == kMaxPickleBytes ? "is longer than is read" : "is truncated");
    at_ += static_cast<std::size_t>(count);
    return bytes_.subspan(at_ - static_cast<std::size_t>(count), static_cast<std::size_t>(count));
  }
  template <class Number>
  Number number() {
    Number value;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  std::string text(std::uint64_t count) {
    const auto part = take(count);
    return {part.begin(), part.end()};
  }
  std::string line() {
    const auto rest = bytes_.subspan(at_);
    const auto end = std::find(rest.begin(), rest.end(), '\n');
    std::string out = text(static_cast<std::uint64_t>(end - rest.begin()));
    take(1);
    return out;
  }
  /// Two's complement of `count` bytes.
  PickleValue integer(std::uint64_t count) {
    const auto part = take(count);
    if (count > 8) return PickleLargeInteger{};
    std::uint64_t value = count > 0 && part.back() & 0x80 ? ~std::uint64_t{0} : 0;
    for (std::size_t i = part.size(); i-- > 0;) value = value << 8 | part[i];
    return static_cast<std::int64_t>(value);
  }
  double real() { return std::bit_cast<double>(__builtin_bswap64(number<std::uint64_t>())); }

  // The stack, the values, the memo.

  void push(PickleValue value) {
    values_.push_back(std::move(value));
    stack_.push_back(static_cast<PickleRef>(values_.size() - 1));
  }
  PickleRef pop() {
    const PickleRef value = top();
    stack_.pop_back();
    return value;
  }
  PickleRef top() const {
    check(stack_.size() > (marks_.empty() ? 0 : marks_.back()), "takes a value off an empty stack");
    return stack_.back();
  }
  std::vector<PickleRef> pop_many(std::size_t count) {
    std::vector<PickleRef> out(count);
    for (std::size_t i = count; i-- > 0;) out[i] = pop();
    return out;
  }
  std::vector<PickleRef> pop_to_mark() {
    check(!marks_.empty(), "lacks a mark");
    std::vector<PickleRef> out = pop_many(stack_.size() - marks_.back());
    marks_.pop_back();
    return out;
  }
  PickleItems pop_items_to_mark() {
    const std::vector<PickleRef> flat = pop_to_mark();
    check(flat.size() % 2 == 0, "has a key without a value");
    PickleItems items;
    for (std::size_t i = 0; i < flat.size(); i += 2) items.emplace_back(flat[i], flat[i + 1]);
    return items;
  }
  void put(std::uint32_t key) { memo_[key] = top(); }
  void get(std::uint32_t key) {
    const auto found = memo_.find(key);
    check(found != memo_.end(), "asks for a value that it did not store");
    stack_.push_back(found->second);
  }

  // What the operations make.

  void append(const std::vector<PickleRef>& items) {
    auto* const list = std::get_if<PickleList>(&values_[top()]);
    check(list, "appends to what is no list");
    list->items.insert(list->items.end(), items.begin(), items.end());
  }
  void set_items(const PickleItems& items) {
    PickleValue& value = values_[top()];
    auto* const dict = std::get_if<PickleDict>(&value);
    auto* const call = std::get_if<PickleCall>(&value);  // an OrderedDict
    check(dict || call, "sets items of what is no dict");
    PickleItems& all = dict ? dict->items : call->items;
    all.insert(all.end(), items.begin(), items.end());
  }
  void call() {
    const PickleRef arguments = pop(), callee = pop();
    check(std::holds_alternative<PickleGlobal>(values_[callee]) &&
              std::holds_alternative<PickleTuple>(values_[arguments]),
          "makes an object out of what is no class and arguments");
    push(PickleCall{callee, arguments, {}, std::nullopt});
  }
  void build() {
    const PickleRef state = pop();
    auto* const object = std::get_if<PickleCall>(&values_[top()]);
    check(object, "gives state to what is no object");
    object->state = state;
  }
  void global(const std::string& module, const std::string& attribute) {
    std::string full = module + "." + attribute;
    require(allowed_(full), ErrorKind::Model,
            fmt::format(
                "{}: the file holds more than tensors: it asks Python for '{}'. Loading it would run code "
                "or build a whole Python object; giemsa does neither",
                name_, printable(full)),
            "if you trust the file, take the weights alone out of it in Python: of a checkpoint "
            "torch.save(torch.load(F)[\"state_dict\"], G), of a whole model "
            "torch.save(torch.load(F).state_dict(), G)");
    push(PickleGlobal{std::move(full)});
  }
  void stack_global() {
    const PickleRef attribute = pop(), module = pop();
    const auto* const a = std::get_if<std::string>(&values_[attribute]);
    const auto* const m = std::get_if<std::string>(&values_[module]);
    check(a && m, "names something of Python by what is no text");
    global(*m, *a);
  }

  void step(PickleOp op) {
    switch (op) {
      case PickleOp::Proto: {
        const int protocol = number<std::uint8_t>();
        return check(protocol >= 2 && protocol <= 5, "is not of protocol 2 to 5");
      }
      case PickleOp::Frame:
        number<std::uint64_t>();  // frames help readers of streams; here all bytes are at hand
        return;
      case PickleOp::Mark:
        return marks_.push_back(stack_.size());
      case PickleOp::Pop:
        // Python's rule: POP on a fresh mark takes the mark.
        if (!marks_.empty() && marks_.back() == stack_.size()) return marks_.pop_back();
        pop();
        return;
      case PickleOp::PopMark:
        pop_to_mark();
        return;
      case PickleOp::Dup:
        return stack_.push_back(top());
      case PickleOp::None:
        return push(PickleNone{});
      case PickleOp::NewTrue:
        return push(true);
      case PickleOp::NewFalse:
        return push(false);
      case PickleOp::BinInt:
        return push(std::int64_t{number<std::int32_t>()});
      case PickleOp::BinInt1:
        return push(std::int64_t{number<std::uint8_t>()});
      case PickleOp::BinInt2:
        return push(std::int64_t{number<std::uint16_t>()});
      case PickleOp::Long1:
        return push(integer(number<std::uint8_t>()));
      case PickleOp::Long4:
        return push(integer(number<std::uint32_t>()));
      case PickleOp::BinFloat:
        return push(real());
      case PickleOp::ShortBinString:
      case PickleOp::ShortBinBytes:
      case PickleOp::ShortBinUnicode:
        return push(text(number<std::uint8_t>()));
      case PickleOp::BinString:
      case PickleOp::BinBytes:
      case PickleOp::BinUnicode:
        return push(text(number<std::uint32_t>()));
      case PickleOp::BinUnicode8:
      case PickleOp::BinBytes8:
        return push(text(number<std::uint64_t>()));
      case PickleOp::EmptyTuple:
        return push(PickleTuple{});
      case PickleOp::Tuple1:
        return push(PickleTuple{pop_many(1)});
      case PickleOp::Tuple2:
        return push(PickleTuple{pop_many(2)});
      case PickleOp::Tuple3:
        return push(PickleTuple{pop_many(3)});
      case PickleOp::Tuple:
        return push(PickleTuple{pop_to_mark()});
      case PickleOp::EmptyList:
        return push(PickleList{});
      case PickleOp::List:
        return push(PickleList{pop_to_mark()});
      case PickleOp::Append:
        return append(pop_many(1));
      case PickleOp::Appends:
        return append(pop_to_mark());
      case PickleOp::EmptyDict:
        return push(PickleDict{});
      case PickleOp::Dict:
        return push(PickleDict{pop_items_to_mark()});
      case PickleOp::SetItem: {
        const std::vector<PickleRef> item = pop_many(2);
        return set_items({{item[0], item[1]}});
      }
      case PickleOp::SetItems:
        return set_items(pop_items_to_mark());
      case PickleOp::BinPut:
        return put(number<std::uint8_t>());
      case PickleOp::LongBinPut:
        return put(number<std::uint32_t>());
      case PickleOp::Memoize:
        return put(static_cast<std::uint32_t>(memo_.size()));
      case PickleOp::BinGet:
        return get(number<std::uint8_t>());
      case PickleOp::LongBinGet:
        return get(number<std::uint32_t>());
      case PickleOp::Global: {
        const std::string module = line();
        return global(module, line());
      }
      case PickleOp::StackGlobal:
        return stack_global();
      case PickleOp::Reduce:
      case PickleOp::NewObj:
        return call();
      case PickleOp::Build:
        return build();
      case PickleOp::BinPersId:
        return push(PicklePersistent{pop()});
      case PickleOp::Stop:
        break;  // read() ends there
    }
    --at_;
    fail(fmt::format("has an operation that no state dict needs, {:#04x}", bytes_[at_]));
  }

  std::span<const std::uint8_t> bytes_;
  bool (*allowed_)(std::string_view);
  const std::string& name_;
  std::size_t at_ = 0;
  std::vector<PickleValue> values_;
  std::vector<PickleRef> stack_;
  std::vector<std::size_t> marks_;  // the stack's heights
  std::unordered_map<std::uint32_t, PickleRef> memo_;
};

}  // namespace

Pickle read_pickle(std::span<const std::uint8_t> bytes, bool (*allowed)(std::string_view global),
                   const std::string& name) {
  return Unpickler(bytes, allowed, name).read();
}

}  // namespace giemsa
