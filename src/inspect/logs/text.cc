#include "inspect/logs/text.h"

#include <algorithm>
#include <array>

#include "core/utf8.h"

namespace rounds {

namespace {

constexpr std::size_t kMostOfText = 300;

struct Quotes {
  std::string_view open, close;
};

constexpr std::array kQuotes{
    Quotes{"\"", "\""}, Quotes{"'", "'"}, Quotes{"`", "`"}, Quotes{"»", "«"},
    Quotes{"«", "»"},   Quotes{"„", "“"}, Quotes{"“", "”"}, Quotes{"「", "」"},
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/// What kind of quotation begins at `at`. An apostrophe within a word (don't) begins none.
const Quotes* quotes_at(std::string_view text, std::size_t at) {
  const bool within_word = at > 0 && is_word(text[at - 1]);
  for (const Quotes& quotes : kQuotes) {
    if (text.substr(at).starts_with(quotes.open) && !(quotes.open == "'" && within_word)) return &quotes;
  }
  return nullptr;
}

/// Behind the quotation that begins at `at`; a doubled or escaped quote does not end it. The end of the text ends it,
/// too.
std::size_t end_of_quotation(std::string_view text, std::size_t at, const Quotes& quotes) {
  std::size_t i = at + quotes.open.size();
  while (i < text.size()) {
    if (text[i] == '\\' && quotes.close == "'") {
      i += 2;
    } else if (!text.substr(i).starts_with(quotes.close)) {
      ++i;
    } else if (quotes.close.size() == 1 && text.substr(i + 1).starts_with(quotes.close)) {
      i += 2;
    } else {
      return i + quotes.close.size();
    }
  }
  return text.size();
}

/// Where a statement of a user begins; npos where there is none.
std::size_t statement_in(std::string_view text) {
  constexpr std::array<std::string_view, 8> kMarks{"statement: ", "execute ", "parse ",      "bind ",
                                                   "AUDIT: ",     "语句: ",   "Anweisung: ", "instruction : "};
  for (const std::string_view mark : kMarks) {
    const std::size_t at = text.find(mark);
    if (at == 0 || (at != std::string_view::npos && text.starts_with("duration: "))) return at + mark.size();
    if (at != std::string_view::npos && mark.ends_with(": ") && mark != "AUDIT: ") return at + mark.size();
  }
  return std::string_view::npos;
}

/// A run of letters and digits as the text keeps it: `N` for a number or something hexadecimal.
std::string_view kept(std::string_view word) {
  if (std::none_of(word.begin(), word.end(), is_digit)) return word;
  const bool hex = word.size() >= 5 && std::all_of(word.begin(), word.end(), is_hex);
  return is_digit(word[0]) || hex ? std::string_view("N") : word;
}

/// How far a word goes; 1 where none begins.
std::size_t word_size(std::string_view text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_word);
  return std::max<std::size_t>(static_cast<std::size_t>(end - text.begin()), 1);
}

/// Bytes of a page, which MariaDB writes when it is damaged.
bool is_dump(std::string_view word) { return word.size() >= 20 && std::all_of(word.begin(), word.end(), is_hex); }

/// `.5` behind a number, also of a version or an address.
std::size_t rest_of_number(std::string_view text) {
  std::size_t size = 0;
  while (size + 1 < text.size() && text[size] == '.' && is_digit(text[size + 1]))
    size += 1 + word_size(text.substr(size + 1));
  return size;
}

std::string without_numbers(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size() && out.size() <= kMostOfText;) {
    if (const Quotes* quotes = quotes_at(text, i)) {
      out += "\"…\"";
      i = end_of_quotation(text, i, *quotes);
    } else if (is_word(text[i])) {
      const std::size_t size = word_size(text.substr(i));
      const std::string_view word = kept(text.substr(i, size));
      out += word;
      i += size;
      if (word == "N") i += rest_of_number(text.substr(i));
    } else {
      out += text[i++];
    }
  }
  return out;
}

/// The quotation behind this text is a name that people need, not a value.
bool announces_name(std::string_view before) {
  constexpr std::array<std::string_view, 34> kNouns{
      "relation",  "table",       "Table",        "column",     "index",     "constraint", "database",
      "role",      "user",        "schema",       "file",       "directory", "function",   "type",
      "extension", "slot",        "parameter",    "sequence",   "view",      "library",    "for",
      "host",      "publication", "subscription", "tablespace", "trigger",   "Index",      "policy",
      "db:",       "user:",       "host:",        "master",     "Plugin",    "File"};
  while (before.ends_with(' ')) before.remove_suffix(1);
  if (before.ends_with('@') || before.ends_with("'.") || before.ends_with("`.")) return true;
  return std::any_of(kNouns.begin(), kNouns.end(), [&](std::string_view noun) {
    const bool ends = before.ends_with(noun);
    return ends && (before.size() == noun.size() || !is_word(before[before.size() - noun.size() - 1]));
  });
}

/// `input syntax for type integer: "…"` names a value although a noun stands near; so do keys.
bool announces_value(std::string_view before) {
  return before.ends_with(": ") && !before.ends_with("db: ") && !before.ends_with("user: ") &&
         !before.ends_with("host: ");
}

/// Control characters of one byte, of Latin-1 (C1), line separators and marks that turn the writing direction.
bool is_control(std::string_view character) {
  if (character.size() == 1) return static_cast<unsigned char>(character[0]) < 0x20 || character[0] == 0x7F;
  if (character.size() == 2) return character[0] == '\xC2' && static_cast<unsigned char>(character[1]) < 0xA0;
  if (!character.starts_with("\xE2\x80") && !character.starts_with("\xE2\x81")) return false;
  const auto last = static_cast<unsigned char>(character[2]);
  return character[1] == '\x80' ? (last >= 0xA8 && last <= 0xAE) || (last >= 0x8B && last <= 0x8F)
                                : last >= 0xA6 && last <= 0xA9;
}

}  // namespace

std::string harmless(std::string_view text, std::size_t most) {
  std::string out;
  while (!text.empty()) {
    const std::size_t size = utf8_length(text);
    const std::string_view character = text.substr(0, std::max<std::size_t>(size, 1));
    if (out.size() + character.size() > most) break;
    if (size == 0) {
      out += '?';
    } else if (is_control(character)) {
      out += ' ';
    } else {
      out += character;
    }
    text.remove_prefix(character.size());
  }
  return out;
}

std::string normalised(std::string_view message) {
  const std::string_view line =
      message.substr(0, std::min({message.find('\n'), statement_in(message), 4 * kMostOfText}));
  return harmless(without_numbers(line), kMostOfText);
}

std::string redacted(std::string_view message) {
  const std::size_t end = std::min(message.find('\n'), statement_in(message));
  const std::string_view text = message.substr(0, std::min(end, 4 * kMostOfText));
  std::string out;
  for (std::size_t i = 0; i < text.size() && out.size() <= kMostOfText;) {
    const Quotes* quotes = quotes_at(text, i);
    if (quotes == nullptr) {
      const std::size_t size = word_size(text.substr(i));
      out += is_dump(text.substr(i, size)) ? std::string_view("…") : text.substr(i, size);
      i += size;
      continue;
    }
    const std::size_t behind = end_of_quotation(text, i, *quotes);
    const std::string_view before = text.substr(0, i);
    const bool name = announces_name(before) && !announces_value(before);
    out += name ? text.substr(i, behind - i) : std::string_view("\"…\"");
    i = behind;
    if (!name && i < text.size() && is_word(text[i])) break;  // the value itself has quotes: who knows where it ends
  }
  if (end < message.size()) out += " …";
  return harmless(out, kMostOfText);
}

}  // namespace rounds
