#include "report/escape.h"

#include <algorithm>
#include <array>

#include "core/utf8.h"

namespace rounds {

namespace {

/// What begins a formula in spreadsheets, in the wide forms too, which some of them read alike.
constexpr std::array<std::string_view, 8> kFormulas{"=", "+", "-", "@", "\uFF1D", "\uFF0B", "\uFF0D", "\uFF20"};

bool is_blank(char c) { return c == '\n' || c == '\t' || c == '\r'; }

/// What would act is shown; the characters that `keep` names stay.
std::string visible(std::string_view text, std::string_view keep) {
  std::string out;
  while (!text.empty()) {
    const std::string_view character = first_character(text);
    out += keep.find(character) == std::string_view::npos ? escaped(character) : std::string(character);
    text.remove_prefix(character.size());
  }
  return out;
}

void append_html(std::string& out, char c) {
  switch (c) {
    case '&': out += "&amp;"; return;
    case '<': out += "&lt;"; return;
    case '>': out += "&gt;"; return;
    case '"': out += "&quot;"; return;
    case '\'': out += "&#39;"; return;
    default: out += c;
  }
}

void append_markdown(std::string& out, char c) {
  constexpr std::string_view kMarkup = "\\`*_[]|~#$!";
  switch (c) {
    case '&': out += "&amp;"; return;
    case '<': out += "&lt;"; return;
    case '>': out += "&gt;"; return;
    case '@': out += "&#64;"; return;
    default: break;
  }
  if (kMarkup.find(c) != std::string_view::npos) out += '\\';
  out += c;
}

bool is_formula(std::string_view text) {
  return std::any_of(kFormulas.begin(), kFormulas.end(), [&](std::string_view sign) { return text.starts_with(sign); });
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  for (const char c : visible(text, "\n\t")) append_html(out, c);
  return out;
}

std::string escape_line(std::string_view text) {
  std::string line(text);
  std::replace_if(line.begin(), line.end(), is_blank, ' ');
  while (line.ends_with(' ')) line.pop_back();
  return visible(line, "");
}

/// Addresses are links in GitHub's Markdown without any brackets.
std::string escape_markdown(std::string_view text) {
  const std::string line = escape_line(text);
  std::string out;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const std::string_view before = std::string_view(line).substr(0, i), from = std::string_view(line).substr(i);
    if (from.starts_with("://")) {
      out += "&#58;";
    } else if (from.starts_with('.') && (before.ends_with("www") || before.ends_with("WWW"))) {
      out += "&#46;";
    } else {
      append_markdown(out, line[i]);
    }
  }
  return out;
}

std::string escape_csv(std::string_view text) {
  std::string cell = visible(text, "\n\t");
  const auto first = cell.find_first_not_of(" \n\t");
  if (first != std::string::npos && is_formula(std::string_view(cell).substr(first))) cell.insert(cell.begin(), '\'');
  if (cell.find_first_of(",\"\n") == std::string::npos) return cell;
  std::string quoted(1, '"');
  for (const char c : cell) quoted.append(c == '"' ? 2 : 1, c);
  quoted += '"';
  return quoted;
}

}  // namespace rounds
