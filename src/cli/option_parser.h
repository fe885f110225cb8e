#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace CLI {
class App;
}

namespace rounds {

/// One option as help shows it.
struct OptionHelp {
  std::string names;  ///< "-f,--file"
  std::string value;  ///< "FILE"; empty: a flag
  std::string text;
};

/// The options and operands of one command. Declare them, then parse; what they are read into must outlive the
/// parser. Every mistake on the line is an Error `usage` with a suggestion.
class OptionParser {
 public:
  /// Gets one value that was given.
  using Take = std::function<void(const std::string&)>;

  explicit OptionParser(std::string command);
  ~OptionParser();

  void flag(const std::string& names, std::function<void()> act, const std::string& text);
  void flag(const std::string& names, bool& target, const std::string& text);
  void value(const std::string& names, Take take, const std::string& value, const std::string& text);
  void value(const std::string& names, std::string& target, const std::string& value, const std::string& text);
  void value(const std::string& names, std::optional<std::string>& target, const std::string& value,
             const std::string& text);
  /// One of `choices`.
  void choice(const std::string& names, const std::vector<std::string>& choices, Take take, const std::string& text);
  /// A whole number from `least`.
  void count(const std::string& names, std::function<void(int)> take, const std::string& text, int least = 1);
  /// May be given again and again; `take` gets one after another.
  void repeated(const std::string& names, Take take, const std::string& value, const std::string& text);
  void repeated(const std::string& names, std::vector<std::string>& target, const std::string& value,
                const std::string& text);

  enum class Need { required, optional };
  void operand(const std::string& label, std::string& target, Need need);
  void operands(const std::string& label, Take take, Need need);
  void operands(const std::string& label, std::vector<std::string>& target, Need need);

  /// All words after `--` are operands.
  void parse(const std::vector<std::string>& args);

  const std::vector<OptionHelp>& help() const { return help_; }

 private:
  enum class Times { once, many };
  void declare(const std::string& names, const Take& take, const std::string& value, const std::string& text,
               Times times);
  void parse_options(std::vector<std::string> words);
  void give_operands(const std::vector<std::string>& words) const;
  [[noreturn]] void refuse_mismatch(const std::string& last_word) const;
  [[noreturn]] void refuse_option(const std::string& option) const;
  std::string help_command() const;

  /// What words that are no options mean to the command; by default it takes none.
  struct Operands {
    std::string label{};
    Take take{};
    Need need = Need::optional;
    Times times = Times::once;
  };

  std::string command_;
  std::unique_ptr<CLI::App> app_;
  std::vector<OptionHelp> help_;
  Operands operands_;
};

}  // namespace rounds
