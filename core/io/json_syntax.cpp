#include <algorithm>
#include <optional>
#include <vector>

#include "declared_type.hpp"

namespace vle::io {
namespace {

constexpr int kMaxDepth = 64;
constexpr std::size_t kMaxKeys = 64;  // of one object; no message has as many fields

/// Walks once through a JSON text by recursive descent. Protobuf's own reader has no positions and lets much through
/// that is not JSON.
class JsonWalk {
 public:
  explicit JsonWalk(std::string_view text) : text_(text) {}

  /// Takes the top-level object apart. False: `complaint` and `position` say why.
  bool run(std::vector<JsonDeclaration>& members) {
    skip_space();
    if (peek() != '{') return stop("a JSON object is needed here");
    if (!object(1, &members)) return false;
    skip_space();
    return position_ == text_.size() || stop("nothing may follow the JSON object");
  }

  std::size_t position() const { return position_; }
  const std::string& complaint() const { return complaint_; }

 private:
  bool stop(std::string complaint) {
    complaint_ = std::move(complaint);
    return false;
  }
  char peek() const { return position_ < text_.size() ? text_[position_] : '\0'; }
  void skip_space() { position_ = std::min(text_.find_first_not_of(" \t\r\n", position_), text_.size()); }
  bool take(char wanted) {
    if (peek() != wanted || position_ >= text_.size()) return false;
    ++position_;
    return true;
  }

  bool value(int depth) {
    if (depth > kMaxDepth) return stop(fmt::format("nested more than {} levels deep", kMaxDepth));
    switch (peek()) {
      case '{':
        return object(depth, nullptr);
      case '[':
        return array(depth);
      case '"':
        return string();
      default:
        return word();
    }
  }

  bool object(int depth, std::vector<JsonDeclaration>* members) {
    std::vector<std::string_view> keys;
    take('{');
    skip_space();
    if (take('}')) return true;
    do {
      skip_space();
      const std::size_t start = position_;
      if (peek() != '"') return stop("a name in double quotes is needed here");
      if (!string()) return false;
      const std::string_view key = text_.substr(start + 1, position_ - start - 2);
      if (std::find(keys.begin(), keys.end(), key) != keys.end()) {
        position_ = start;
        return stop(fmt::format("\"{}\" is there twice", key));
      }
      if (keys.size() == kMaxKeys) return stop(fmt::format("more than {} names in one object", kMaxKeys));
      keys.push_back(key);
      skip_space();
      if (!take(':')) return stop("a colon is missing");
      skip_space();
      const std::size_t value_start = position_;
      if (!value(depth + 1)) return false;
      if (members != nullptr) {
        members->push_back({std::string(key), text_.substr(value_start, position_ - value_start)});
      }
      skip_space();
    } while (take(','));
    return take('}') || stop("a comma or the closing brace is missing");
  }

  bool array(int depth) {
    take('[');
    skip_space();
    if (take(']')) return true;
    do {
      skip_space();
      if (!value(depth + 1)) return false;
      skip_space();
    } while (take(','));
    return take(']') || stop("a comma or the closing bracket is missing");
  }

  bool string() {
    const std::size_t start = position_++;
    while (position_ < text_.size() && text_[position_] != '"') {
      if (static_cast<unsigned char>(text_[position_]) < 0x20)
        return stop("a string holds a line break or control character");
      position_ += text_[position_] == '\\' ? 2 : 1;
    }
    if (take('"')) return true;
    position_ = start;
    return stop("a string does not end");
  }

  bool word() {
    const std::size_t start = position_;
    position_ = std::min(text_.find_first_of(" \t\r\n,:]}[{\"", position_), text_.size());
    const std::string_view found = text_.substr(start, position_ - start);
    if (found == "true" || found == "false" || found == "null" || is_number(found)) return true;
    position_ = start;
    return stop(found.empty() ? "a value is missing" : fmt::format("{} is not a JSON value", found.substr(0, 40)));
  }

  static bool is_number(std::string_view word) {
    std::size_t i = 0;
    const auto digits = [&] {
      const std::size_t start = i;
      while (i < word.size() && word[i] >= '0' && word[i] <= '9') ++i;
      return i - start;
    };
    if (i < word.size() && word[i] == '-') ++i;
    const bool leading_zero = i < word.size() && word[i] == '0';
    const std::size_t whole = digits();
    if (whole == 0 || (leading_zero && whole > 1)) return false;
    if (i < word.size() && word[i] == '.') {
      ++i;
      if (digits() == 0) return false;
    }
    if (i < word.size() && (word[i] == 'e' || word[i] == 'E')) {
      ++i;
      if (i < word.size() && (word[i] == '+' || word[i] == '-')) ++i;
      if (digits() == 0) return false;
    }
    return i == word.size();
  }

  std::string_view text_;
  std::size_t position_ = 0;
  std::string complaint_;
};

}  // namespace

Result<JsonDeclaration> declared_in_json(std::string_view text, const std::string& name) {
  JsonWalk walk(text);
  std::vector<JsonDeclaration> members;
  if (!walk.run(members)) {
    const std::size_t line_start = walk.position() == 0 ? 0 : text.rfind('\n', walk.position() - 1) + 1;
    return fail(ErrorCode::kInvalidInput, "{}:{}:{}: {}", name, line_at(text, walk.position()),
                walk.position() - line_start + 1, walk.complaint());
  }
  if (members.size() != 1) {
    return fail(ErrorCode::kInvalidInput,
                "{}: has {} keys at the top, needs one, the name of its message: {{\"vle.v1.Network\": {{...}}}}", name,
                members.size());
  }
  return members.front();
}

}  // namespace vle::io
