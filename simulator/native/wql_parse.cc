#include <cstdint>
#include <cwchar>

#include "text.h"
#include "wql.h"

namespace simulator {
namespace {

struct Token {
  enum class Kind : uint8_t { kWord, kString, kNumber, kSymbol, kEnd, kBad };
  Kind kind;
  std::wstring text;
};

bool IsWordUnit(wchar_t unit) {
  return unit == L'_' || (unit >= L'0' && unit <= L'9') || (unit >= L'A' && unit <= L'Z') ||
         (unit >= L'a' && unit <= L'z');
}

class Lexer {
 public:
  explicit Lexer(std::wstring_view text) : text_(text) {}

  Token Next() {
    while (!AtEnd() && std::wstring_view(L" \t\r\n").find(Peek()) != std::wstring_view::npos) ++position_;
    if (AtEnd()) return {Token::Kind::kEnd, L""};
    const wchar_t first = Peek();
    if (first == L'"' || first == L'\'') return ReadString();
    if (first == L'-' || (first >= L'0' && first <= L'9')) return ReadNumber();
    if (IsWordUnit(first)) return {Token::Kind::kWord, Take(IsWordUnit)};
    return ReadSymbol();
  }

 private:
  bool AtEnd() const { return position_ == text_.size(); }
  wchar_t Peek() const { return text_[position_]; }

  template <typename Predicate>
  std::wstring Take(Predicate wanted) {
    const size_t start = position_;
    while (!AtEnd() && wanted(Peek())) ++position_;
    return std::wstring(text_.substr(start, position_ - start));
  }

  Token ReadString() {
    const wchar_t quote = text_[position_++];
    std::wstring value;
    while (!AtEnd() && Peek() != quote) {
      if (Peek() == L'\\' && ++position_ == text_.size()) break;
      value += text_[position_++];
    }
    if (AtEnd()) return {Token::Kind::kBad, L""};
    ++position_;
    return {Token::Kind::kString, value};
  }

  Token ReadNumber() {
    std::wstring number(1, text_[position_++]);
    number += Take([](wchar_t unit) { return IsWordUnit(unit) || unit == L'.'; });
    wchar_t* end = nullptr;
    std::wcstod(number.c_str(), &end);
    return {*end == L'\0' ? Token::Kind::kNumber : Token::Kind::kBad, number};
  }

  Token ReadSymbol() {
    for (const wchar_t* symbol :
         {L"<>", L"!=", L"<=", L">=", L"=", L"<", L">", L"(", L")", L",", L".", L"*"}) {
      const std::wstring_view view(symbol);
      if (text_.substr(position_, view.size()) != view) continue;
      position_ += view.size();
      return {Token::Kind::kSymbol, std::wstring(view)};
    }
    return {Token::Kind::kBad, L""};
  }

  std::wstring_view text_;
  size_t position_ = 0;
};

// Recursive descent; every Parse function is false, or null, for a text that does not fit.
class Parser {
 public:
  explicit Parser(std::wstring_view text) : lexer_(text) { Advance(); }

  bool ParseQuery(Query* query) {
    if (!SkipWord(L"SELECT") || !ParseColumns(query) || !SkipWord(L"FROM") || !TakeWord(&query->class_name)) {
      return false;
    }
    if (SkipWord(L"WITHIN") && !TakeNumber(&query->within_s.emplace())) return false;
    if (SkipWord(L"WHERE")) {
      query->where = ParseOr();
      if (query->where == nullptr) return false;
    }
    return token_.kind == Token::Kind::kEnd;
  }

 private:
  using Node = std::unique_ptr<Condition>;

  void Advance() { token_ = lexer_.Next(); }

  bool Skip(Token::Kind kind, std::wstring_view text) {
    if (token_.kind != kind || !EqualsNoCase(token_.text, text)) return false;
    Advance();
    return true;
  }
  bool SkipWord(std::wstring_view word) { return Skip(Token::Kind::kWord, word); }
  bool SkipSymbol(std::wstring_view symbol) { return Skip(Token::Kind::kSymbol, symbol); }

  bool TakeWord(std::wstring* word) {
    if (token_.kind != Token::Kind::kWord) return false;
    *word = token_.text;
    Advance();
    return true;
  }

  bool TakeNumber(double* number) {
    if (token_.kind != Token::Kind::kNumber) return false;
    *number = std::wcstod(token_.text.c_str(), nullptr);
    Advance();
    return true;
  }

  bool ParseColumns(Query* query) {
    if (SkipSymbol(L"*")) return true;
    do {
      std::wstring column;
      if (!TakeWord(&column)) return false;
      query->columns.push_back(column);
    } while (SkipSymbol(L","));
    return true;
  }

  static Node Join(Condition::Kind kind, Node left, Node right) {
    if (left == nullptr || (right == nullptr && kind != Condition::Kind::kNot)) return nullptr;
    auto node = std::make_unique<Condition>();
    node->kind = kind;
    node->left = std::move(left);
    node->right = std::move(right);
    return node;
  }

  Node ParseOr() {
    Node node = ParseAnd();
    while (node != nullptr && SkipWord(L"OR")) node = Join(Condition::Kind::kOr, std::move(node), ParseAnd());
    return node;
  }

  Node ParseAnd() {
    Node node = ParsePrimary();
    while (node != nullptr && SkipWord(L"AND")) {
      node = Join(Condition::Kind::kAnd, std::move(node), ParsePrimary());
    }
    return node;
  }

  Node ParsePrimary() {
    if (SkipWord(L"NOT")) return Join(Condition::Kind::kNot, ParsePrimary(), nullptr);
    if (SkipSymbol(L"(")) {
      Node node = ParseOr();
      return SkipSymbol(L")") ? std::move(node) : nullptr;
    }
    return ParseComparison();
  }

  Node ParseComparison() {
    auto node = std::make_unique<Condition>();
    node->kind = Condition::Kind::kCompare;
    if (!TakeWord(&node->property)) return nullptr;
    if (SkipWord(L"ISA")) return ParseIsA(std::move(node));
    if (SkipSymbol(L".")) {
      node->object = std::move(node->property);
      if (!TakeWord(&node->property)) return nullptr;
    }
    if (SkipWord(L"IS")) {
      node->comparison = SkipWord(L"NOT") ? Condition::Operator::kNotEqual : Condition::Operator::kEqual;
      return SkipWord(L"NULL") ? std::move(node) : nullptr;
    }
    if (!ParseOperator(&node->comparison) || !ParseLiteral(&node->literal)) return nullptr;
    return node;
  }

  // The object's name has been read as the property's.
  Node ParseIsA(Node node) {
    node->kind = Condition::Kind::kIsA;
    node->object = std::move(node->property);
    if (token_.kind != Token::Kind::kString) return nullptr;
    node->literal = token_.text;
    Advance();
    return node;
  }

  bool ParseOperator(Condition::Operator* comparison) {
    using Operator = Condition::Operator;
    constexpr std::pair<const wchar_t*, Operator> kOperators[] = {
        {L"=", Operator::kEqual},           {L"<>", Operator::kNotEqual},
        {L"!=", Operator::kNotEqual},       {L"<", Operator::kLess},
        {L"<=", Operator::kLessOrEqual},    {L">", Operator::kGreater},
        {L">=", Operator::kGreaterOrEqual},
    };
    for (const auto& [symbol, meaning] : kOperators) {
      if (!SkipSymbol(symbol)) continue;
      *comparison = meaning;
      return true;
    }
    return false;
  }

  bool ParseLiteral(Condition::Literal* literal) {
    if (SkipWord(L"NULL")) return true;
    if (SkipWord(L"TRUE")) {
      *literal = true;
    } else if (SkipWord(L"FALSE")) {
      *literal = false;
    } else if (token_.kind == Token::Kind::kNumber) {
      return TakeNumber(&literal->emplace<double>());
    } else if (token_.kind == Token::Kind::kString) {
      *literal = token_.text;
      Advance();
    } else {
      return false;
    }
    return true;
  }

  Lexer lexer_;
  Token token_;
};

}  // namespace

std::optional<Query> ParseQuery(std::wstring_view text) {
  Query query;
  if (!Parser(text).ParseQuery(&query)) return std::nullopt;
  return query;
}

}  // namespace simulator
